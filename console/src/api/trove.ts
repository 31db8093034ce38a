import { type ApiRequest, openTroveClient, sendWithFetch, type TroveClient } from '../../../src/client/client.ts'
import { apiUrlOf } from '../place.ts'
import { isAccepted } from '../session/identity.ts'
import { currentSession, loggedInAgain } from '../session/session.ts'
import { connection } from './connection.ts'

export { type Answer, ApiError, type Input } from '../../../src/client/client.ts'

/** The server cannot be reached, so it is unknown whether it did what it was asked. */
export class NoConnection extends Error {
  /** True if nothing was to be changed, so that it is only asked again. */
  readonly isRead: boolean

  constructor(message: string, isRead: boolean, cause: unknown) {
    super(message, { cause })
    this.isRead = isRead
  }
}

/** The API, for the user and project of this tab. If the session has ended, requests wait until the user has logged in again. */
export const trove: TroveClient = openTroveClient(async request => {
  for (;;) {
    const { token, project } = currentSession()
    const answer = await sendOnce(request, apiUrlOf(project.id), token)
    // A missing role is answered with the same status as an invalid token.
    if (answer.status !== 401 || (await isAccepted(token))) return answer
    await loggedInAgain()
  }
})

async function sendOnce(request: ApiRequest, endpoint: string, token: string) {
  try {
    const answer = await sendWithFetch({ endpoint, token })(request)
    connection.works()
    return answer
  } catch (cause) {
    // `fetch` reports every failure of the network as a TypeError.
    if (!(cause instanceof TypeError)) throw cause
    connection.lost()
    const isRead = request.method === 'GET'
    const message = isRead
      ? 'The server cannot be reached.'
      : 'The server cannot be reached. It may have carried out the request: check the result before you try again.'
    throw new NoConnection(message, isRead, cause)
  }
}
