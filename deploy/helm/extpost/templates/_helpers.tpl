{{- define "extpost.name" -}}
{{- if contains "extpost" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-extpost" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "extpost.labels" -}}
app.kubernetes.io/name: extpost
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* The labels of one part. Argument: a list of the root and the part's name. */}}
{{- define "extpost.selector" -}}
app.kubernetes.io/name: extpost
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "extpost.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "extpost.name" .) }}
{{- end }}

{{- define "extpost.image" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{/* What every pod has in common. */}}
{{- define "extpost.pod" -}}
serviceAccountName: {{ include "extpost.serviceAccount" . }}
automountServiceAccountToken: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "extpost.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* The environment of a part: Temporal's place, and the file of each secret. Argument: a list of the root and the names. */}}
{{- define "extpost.environment" -}}
- { name: TEMPORAL_ADDRESS, value: {{ (index . 0).Values.temporal.address | quote }} }
- { name: TEMPORAL_NAMESPACE, value: {{ (index . 0).Values.temporal.namespace | quote }} }
{{- range index . 1 }}
- { name: {{ . }}_FILE, value: /run/secrets/extpost/{{ . }} }
{{- end }}
{{- end }}

{{/* Argument: the names of the secrets. */}}
{{- define "extpost.mounts" -}}
- { name: config, mountPath: /app/extpost.yaml, subPath: extpost.yaml, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- if . }}
- { name: secrets, mountPath: /run/secrets/extpost, readOnly: true }
{{- end }}
{{- end }}

{{/* Argument: a list of the root and the names of the secrets. */}}
{{- define "extpost.volumes" -}}
{{- $root := index . 0 -}}
- name: config
  configMap: { name: {{ include "extpost.name" $root }} }
- name: tmp
  emptyDir: { sizeLimit: 256Mi }
{{- with index . 1 }}
- name: secrets
  secret:
    secretName: {{ $root.Values.secrets.name }}
    items:
      {{- range . }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end }}
{{- end }}

{{/* A pod starts anew when the configuration has changed. */}}
{{- define "extpost.checksum" -}}
checksum/config: {{ .Values.config | sha256sum }}
{{- end }}

{{- define "extpost.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
