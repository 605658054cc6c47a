{{/* The operator's settings; it refuses to start with one that it does not know. */}}
{{- define "tidegate.environment" -}}
- name: TIDEGATE_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: TIDEGATE_REPLICA
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: TIDEGATE_SIDECAR_IMAGE
  value: {{ include "tidegate.image" (list .Values.sidecar.image .Chart.AppVersion) | quote }}
- name: TIDEGATE_TRUSTED_SIDECAR_IMAGES
  value: {{ join "," .Values.sidecar.trustedImages | quote }}
- name: TIDEGATE_SECRET_NAMESPACES
  value: {{ prepend .Values.credentials.namespaces .Release.Namespace | uniq | join "," | quote }}
{{- if include "tidegate.certManager" . }}
- name: TIDEGATE_CERTIFICATE_SECRET
  value: {{ .Values.certificates.certManager.secretName | quote }}
# cert-manager writes the webhook's caBundle.
- name: TIDEGATE_WEBHOOK_CONFIGURATION
  value: ""
{{- else }}
- name: TIDEGATE_WEBHOOK_CONFIGURATION
  value: tidegate
{{- end }}
{{- with .Values.timing }}
{{- if gt (int .debounceQuietMillis) (int .debounceMostMillis) }}
{{- fail (printf "timing.debounceQuietMillis (%d) must not be above timing.debounceMostMillis (%d)" (int .debounceQuietMillis) (int .debounceMostMillis)) }}
{{- end }}
- name: TIDEGATE_TOKEN_REVIEW_CONCURRENCY
  value: {{ int .tokenReviewConcurrency | quote }}
- name: TIDEGATE_DEBOUNCE_QUIET_MILLIS
  value: {{ int .debounceQuietMillis | quote }}
- name: TIDEGATE_DEBOUNCE_MOST_MILLIS
  value: {{ int .debounceMostMillis | quote }}
- name: TIDEGATE_PING_INTERVAL_MILLIS
  value: {{ int .pingIntervalMillis | quote }}
- name: TIDEGATE_STREAM_AGE_MILLIS
  value: {{ int .streamAgeMillis | quote }}
- name: TIDEGATE_STATUS_INTERVAL_MILLIS
  value: {{ int .statusIntervalMillis | quote }}
- name: TIDEGATE_LEASE_DURATION_MILLIS
  value: {{ int .leaseDurationMillis | quote }}
{{- end }}
{{- end -}}
