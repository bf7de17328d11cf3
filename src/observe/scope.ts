/** The name under which rota speaks to OpenTelemetry. */
export const SCOPE = 'rota'
