import type { HttpAnswer, HttpClient, HttpRequest } from '../../openstack/http.ts'
import { v3Of } from '../../openstack/keystone.ts'
import { errorMessageOf, keystoneFault, unavailable } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KeystoneAnswer, KeystoneCalls } from '../../ports/console.ts'
import { openLoginPauses } from '../login-pauses.ts'

export type KeystoneCallSettings = Readonly<{ authUrl: string; timeoutMs: number }>

/** Passes on four calls to one Keystone, with none of the headers of the client but its tokens. */
export function openKeystoneCalls(
  { authUrl, timeoutMs }: KeystoneCallSettings,
  http: HttpClient,
  clock: Pick<Clock, 'monotonicMs'>,
): KeystoneCalls {
  const paced = openLoginPauses(clock)
  const ask = async (path: string, request: Omit<HttpRequest, 'url' | 'signal'>): Promise<KeystoneAnswer> => {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await http.ask({ ...request, url: `${v3Of(authUrl)}${path}`, signal }).catch(unavailable)
    return answerOf(answer)
  }
  const list = (path: string, token: string) => ask(path, { method: 'GET', headers: { 'x-auth-token': token } })
  return {
    async logIn({ named, auth }, from) {
      const send = () => ask('/auth/tokens', { method: 'POST', body: { auth } })
      // Tokens cannot be guessed.
      if (named === undefined) return send()
      let refused: KeystoneAnswer | undefined
      const accepted = await paced(named, from, async () => {
        const answer = await send()
        if (answer.status === 201) return answer
        refused = answer
        return undefined
      })
      return accepted ?? refused!
    },
    revoke: (token, subject) =>
      ask('/auth/tokens', { method: 'DELETE', headers: { 'x-auth-token': token, 'x-subject-token': subject } }),
    projects: token => list('/auth/projects', token),
    domains: token => list('/auth/domains', token),
  }
}

/** Throws a Fault for an answer that is neither a success nor a refusal, such as a redirect. */
function answerOf(answer: HttpAnswer): KeystoneAnswer {
  const { status, body, headers } = answer
  if (status >= 500 || (status >= 300 && status < 400)) {
    const cause = new Error(`Keystone answered the console with ${status}: ${errorMessageOf(answer)}`)
    throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
  }
  const token = headers['x-subject-token']
  return { status, body, token: typeof token === 'string' ? token : undefined }
}
