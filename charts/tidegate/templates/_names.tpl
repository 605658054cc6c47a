{{/*
Names are fixed: sidecars, the certificate and the labels of workloads know them, and a cluster has one Tidegate.
*/}}
{{- define "tidegate.name" -}}tidegate-operator{{- end -}}

{{/* Standard labels of every object. */}}
{{- define "tidegate.labels" -}}
{{ include "tidegate.selector" . }}
app.kubernetes.io/part-of: tidegate
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* What the operator's pods are selected by; must never change. */}}
{{- define "tidegate.selector" -}}
app.kubernetes.io/name: tidegate
app.kubernetes.io/component: operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* repository:tag or repository@digest, of a list [image, default tag]. */}}
{{- define "tidegate.image" -}}
{{- $image := first . -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default (last .) $image.tag }}
{{- end -}}
{{- end -}}

{{- define "tidegate.certManager" -}}
{{- if eq .Values.certificates.issuer "CertManager" }}true{{ end -}}
{{- end -}}
