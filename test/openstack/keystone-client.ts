/** The passwords of the rig's people. */
export const passwords = { admin: 'admin-pass', demo: 'demo-pass', service: 'service-pass' } as const

export const passwordOf = (user: string): string =>
  user === 'admin' ? passwords.admin : user.includes('demo') ? passwords.demo : passwords.service

export type Scope = { project: string } | { domain: string } | 'system' | 'none'

/** Asks Keystone, and everybody else in the name of somebody. */
export type KeystoneClient = Readonly<{
  url: string
  login(user: string, scope?: Scope, password?: string): Promise<{ token: string; projectId: string }>
  /** Asks as the admin; throws an Error for an answer that is not good. */
  ask<T>(method: string, url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<T>
}>

const domain = { id: 'default' }

function scopeOf(scope: Scope): object | string {
  if (scope === 'none') return 'unscoped'
  if (scope === 'system') return { system: { all: true } }
  return 'project' in scope ? { project: { name: scope.project, domain } } : { domain: { id: scope.domain } }
}

export function keystoneClient(url: string): KeystoneClient {
  const login = async (user: string, scope: Scope = { project: user }, password = passwordOf(user)) => {
    const identity = { methods: ['password'], password: { user: { name: user, domain, password } } }
    const answer = await fetch(`${url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: scopeOf(scope) } }),
    })
    const token = answer.headers.get('x-subject-token')
    const body = (await answer.json()) as { token?: { project?: { id: string } } }
    if (token === null) throw new Error(`${user} cannot log in to Keystone: ${answer.status} ${JSON.stringify(body)}`)
    return { token, projectId: body.token?.project?.id ?? '' }
  }
  let admin: Promise<{ token: string }> | undefined
  return {
    url,
    login,
    async ask<T>(method: string, target: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
      admin ??= login('admin')
      const isBytes = body instanceof Uint8Array
      const answer = await fetch(target, {
        method,
        headers: {
          'x-auth-token': (await admin).token,
          'content-type': isBytes ? 'application/octet-stream' : 'application/json',
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: isBytes ? new Blob([body as Uint8Array<ArrayBuffer>]) : JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text.slice(0, 400)}`)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
  }
}
