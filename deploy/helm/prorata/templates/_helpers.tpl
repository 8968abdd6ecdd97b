{{- define "prorata.name" -}}
{{- $name := contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) }}
{{- $name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- /* Labels that select: (dict "root" . "part" "server") */ -}}
{{- define "prorata.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "prorata.labels" -}}
{{ include "prorata.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "prorata.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* What every pod has. */ -}}
{{- define "prorata.pod" -}}
automountServiceAccountToken: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext: {{ toYaml .Values.podSecurityContext | nindent 2 }}
{{- end }}

{{- /* What every container has, up to its environment. */ -}}
{{- define "prorata.container" -}}
image: {{ include "prorata.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext: {{ toYaml .Values.containerSecurityContext | nindent 2 }}
{{- end }}

{{- /* Where the store is: (dict "name" … "key" …) */ -}}
{{- define "prorata.storeUrl" -}}
- name: PRORATA_DATABASE_URL
  valueFrom:
    secretKeyRef: { name: {{ .name }}, key: {{ .key }} }
{{- end }}

{{- /* Environment of server, workers and what checks the store. */ -}}
{{- define "prorata.environment" -}}
{{ include "prorata.storeUrl" (dict "name" .Values.store.secretName "key" .Values.store.secretKey) }}
- name: PRORATA_REDIS_URL
  valueFrom:
    secretKeyRef: { name: {{ .Values.queue.secretName }}, key: {{ .Values.queue.secretKey }} }
- name: PRORATA_LOG_FORMAT
  value: json
{{- if .Values.metrics.enabled }}
- name: PRORATA_METRICS_ADDRESS
  value: 0.0.0.0:{{ .Values.metrics.port }}
{{- end }}
{{- include "prorata.settings" .Values.settings }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Numbers come as floats: whole ones without an exponent. */ -}}
{{- define "prorata.settings" -}}
{{- range $name, $value := . }}
{{- if and (kindIs "float64" $value) (eq $value (floor $value)) }}{{ $value = int64 $value }}{{ end }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{- /* A temporary folder, as the rest is read-only, and what the values add. */ -}}
{{- define "prorata.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "prorata.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Where pods of a part go: (dict "root" . "part" "server" "values" .Values.server) */ -}}
{{- define "prorata.placement" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "prorata.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}
