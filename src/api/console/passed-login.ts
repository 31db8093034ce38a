import type { PassedLogin } from '../../ports/console.ts'

type Loose = { readonly [key: string]: unknown }

/** Keystone's methods of authentication that the console offers. */
const methodNames = ['password', 'token', 'application_credential', 'totp']

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads a login that is passed on to Keystone: only known methods and the scope are kept. Returns an error message if the
 * body is invalid.
 */
export function parsePassedLogin(body: unknown): PassedLogin | string {
  const auth = isObject(body) ? body.auth : undefined
  const identity = isObject(auth) ? auth.identity : undefined
  if (!isObject(auth) || !isObject(identity)) return "Expecting to find 'identity' in 'auth'."
  const { methods } = identity
  if (!Array.isArray(methods) || methods.length === 0) return "Expecting to find 'methods' in 'auth.identity'."
  const unknown = methods.find(method => !methodNames.includes(method))
  if (unknown !== undefined) return `Unsupported method: use ${methodNames.join(', ')}.`
  const parts = Object.fromEntries(methods.map((method: string) => [method, identity[method]]))
  if (!Object.values(parts).every(isObject)) return "Expecting to find an object for each method in 'auth.identity'."
  return {
    named: namedIn(parts as Readonly<Record<string, Loose>>),
    auth: { identity: { methods, ...parts }, ...(auth.scope === undefined ? {} : { scope: auth.scope }) },
  }
}

/** Whose secret is checked, without the secret: attempts are counted for each of these. */
function namedIn(parts: Readonly<Record<string, Loose>>): object | undefined {
  const credential = parts.application_credential
  const user = [credential, parts.password, parts.totp].map(part => part?.user).find(isObject)
  const named = user && { id: user.id, name: user.name, domain: user.domain }
  if (credential) return { id: credential.id, name: credential.name, user: named }
  return parts.password || parts.totp ? (named ?? {}) : undefined
}
