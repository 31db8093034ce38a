import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { KeystoneAnswer, KeystoneCalls } from '../../ports/console.ts'
import { LoginPaused } from '../../ports/identity.ts'
import { directClientOf, type TrustsProxy } from '../http/request-address.ts'
import { keystoneError, tooManyRequests } from '../identity/keystone-errors.ts'
import { parsePassedLogin } from './passed-login.ts'

const hidden = { schema: { hide: true } }
const headerOf = (request: FastifyRequest, name: string) => String(request.headers[name] ?? '')

/** A login has a few names and a secret. */
const loginBytesMax = 16 * 1024

/**
 * Passes on the calls of the console's login to Keystone, and nothing else: every other path answers 404. Only tokens and
 * bodies pass; cookies and other headers do not, in either direction.
 */
export function addKeystoneCalls(
  app: FastifyInstance,
  keystone: KeystoneCalls | undefined,
  trustsProxy: TrustsProxy,
): void {
  if (keystone) addCalls(app, keystone, trustsProxy)
  const notFound = async (_request: FastifyRequest, reply: FastifyReply) =>
    sendAnswer(reply, {
      status: 404,
      body: keystoneError(404, 'Not Found', 'The requested URL was not found on the server.'),
    })
  app.all('/console/identity/*', hidden, notFound)
}

function addCalls(app: FastifyInstance, keystone: KeystoneCalls, trustsProxy: TrustsProxy): void {
  app.post('/console/identity/v3/auth/tokens', { ...hidden, bodyLimit: loginBytesMax }, async (request, reply) => {
    const login = parsePassedLogin(request.body)
    if (typeof login === 'string')
      return sendAnswer(reply, { status: 400, body: keystoneError(400, 'Bad Request', login) })
    try {
      return sendAnswer(reply, await keystone.logIn(login, directClientOf(request, trustsProxy)))
    } catch (error) {
      if (error instanceof LoginPaused) return tooManyRequests(reply, error)
      throw error
    }
  })
  app.delete('/console/identity/v3/auth/tokens', { ...hidden, bodyLimit: loginBytesMax }, async (request, reply) => {
    const [token, subject] = [tokenIn(request, 'x-auth-token'), tokenIn(request, 'x-subject-token')]
    if (token === undefined || subject === undefined) return sendAnswer(reply, unauthorized)
    return sendAnswer(reply, await keystone.revoke(token, subject))
  })
  const list = (path: string, ask: (token: string) => Promise<KeystoneAnswer>) =>
    app.get(path, hidden, async (request, reply) => {
      const token = tokenIn(request, 'x-auth-token')
      return sendAnswer(reply, token === undefined ? unauthorized : await ask(token))
    })
  list('/console/identity/v3/auth/projects', keystone.projects)
  list('/console/identity/v3/auth/domains', keystone.domains)
}

/** A text that cannot be sent in a header is not a token. */
function tokenIn(request: FastifyRequest, name: string): string | undefined {
  const token = headerOf(request, name)
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined
}

const unauthorized: KeystoneAnswer = {
  status: 401,
  body: keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.'),
}

function sendAnswer(reply: FastifyReply, { status, body, token }: KeystoneAnswer): FastifyReply {
  reply.status(status).header('cache-control', 'no-store')
  if (token !== undefined) reply.header('x-subject-token', token)
  return reply.send(body)
}
