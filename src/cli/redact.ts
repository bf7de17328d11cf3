/** What stands for a secret that is not shown. */
const HIDDEN = '***'

/** User and password in a URL: everything from `//` to the last `@` of the authority. */
const CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi

/** Parameters of URLs and connection strings whose names say that the value is a secret. */
const SECRET_PARAMETERS =
  /\b([\w-]*(?:password|passwd|pwd|secret|token|credential|api[-_]?key|access[-_]?key|signature)[\w-]*=)[^\s&;"'<>]+/gi

/** Takes user names, passwords, tokens and keys out of URLs, wherever they stand in a text. */
export function redactSecrets(text: string): string {
  return text.replace(CREDENTIALS, `$1${HIDDEN}@`).replace(SECRET_PARAMETERS, `$1${HIDDEN}`)
}
