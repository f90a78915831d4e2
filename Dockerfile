# Debian slim, because sharp and Temporal's native part need glibc (there is no build for Alpine's musl).
# The tag names one Node release exactly. It was chosen without access to a registry: a digest would pin the system below
# Node too, so where images are built for production, put "@sha256:…" behind both tags
# ("docker buildx imagetools inspect node:22.23.3-bookworm-slim" prints it).
FROM node:22.23.3-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the workspaces: sandbox, demo and bench are only for development.
RUN npm ci --omit=dev --workspaces=false

FROM node:22.23.3-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --workspaces=false
COPY . .
# swc compiles and the workflow code is bundled here; the running image needs neither compiler nor bundler again.
RUN npm run build:product

# The stand-ins for "docker compose --profile sandbox". The image below has nothing of this stage.
FROM build AS sandbox
RUN npm ci && npm run build
RUN install --directory --owner=node --group=node /app/.extpost
VOLUME /app/.extpost
USER node
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/extpost.js"]
CMD ["sandbox"]

FROM node:22.23.3-bookworm-slim
ENV NODE_ENV=production
# Temporal's native part looks for certificates in the system, which the slim image lacks; TLS to Temporal Cloud needs them.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/build build
COPY --from=build /app/bin bin
COPY --from=build /app/tools/check-node.js tools/
COPY --from=build /app/deploy/health-check.js deploy/
COPY --from=build /app/examples examples
# The only place that extpost writes to. A volume that is mounted on one of these folders gets its owner.
RUN install --directory --owner=node --group=node --mode=0700 \
  /app/.extpost /app/.extpost/audit /app/.extpost/payloads /app/.extpost/receiver /app/.extpost/spool /app/.extpost/tokens
VOLUME /app/.extpost
USER node
# 8080: webhooks (receiver). 8081: health of the worker.
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
# For the worker, with "healthPort: 8081" in extpost.yaml; docker-compose.yml says how the other commands are checked.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "deploy/health-check.js", "http://127.0.0.1:8081/health/live"]
ENTRYPOINT ["node", "bin/extpost.js"]
CMD ["worker"]
