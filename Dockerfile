# Debian slim, because sharp and Temporal's native part need glibc (there is no build for Alpine's musl).
# The tag names one Node release exactly; docker-compose.yml names the same, and says how to pin it by digest.
ARG NODE_IMAGE=node:22.23.3-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the workspaces: sandbox, demo and bench are only for development. No package may run anything while it is installed.
RUN npm ci --ignore-scripts --omit=dev --workspaces=false

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --workspaces=false
COPY . .
# swc compiles and the workflow code is bundled here; the running image needs neither compiler nor bundler again.
RUN npm run build:product && npm run sbom

# The stand-ins for "docker compose --profile sandbox". The image below has nothing of this stage.
FROM build AS sandbox
RUN npm ci --ignore-scripts && npm run build
RUN install --directory --owner=node --group=node /app/.extpost
VOLUME /app/.extpost
USER node
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/extpost.js"]
CMD ["sandbox"]

FROM ${NODE_IMAGE}
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
  /app/.extpost /app/.extpost/audit /app/.extpost/payloads /app/.extpost/pictures /app/.extpost/plans /app/.extpost/receiver /app/.extpost/spool \
  /app/.extpost/tokens /app/.extpost/uploads
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
