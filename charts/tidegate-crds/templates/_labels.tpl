{{/* On every definition. */}}
{{- define "tidegate-crds.labels" -}}
app.kubernetes.io/name: tidegate
app.kubernetes.io/component: crds
app.kubernetes.io/part-of: tidegate
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}
