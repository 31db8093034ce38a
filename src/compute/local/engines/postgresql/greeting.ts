import { connect } from 'node:net'
import type { Address } from '../../../../ports/compute.ts'

/**
 * Whether a server asks a client for its password: a server that still reads its data listens, and says that it is not
 * ready. The message and the first letter of the answer are those of protocol 3.0
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */
export function admits({ host, port }: Address): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: 1000 })
    const answer = (isAdmitted: boolean) => {
      socket.destroy()
      resolve(isAdmitted)
    }
    socket.once('connect', () => socket.write(startupMessage))
    socket.once('data', reply => answer(reply.toString('latin1', 0, 1) === authenticationRequest))
    for (const end of ['error', 'timeout', 'close']) socket.once(end, () => answer(false))
  })
}

const authenticationRequest = 'R'

const parameters = Buffer.from('user\0os_admin\0database\0postgres\0\0')
const startupMessage = Buffer.alloc(8 + parameters.length)
startupMessage.writeInt32BE(startupMessage.length, 0)
startupMessage.writeInt32BE(3 << 16, 4)
parameters.copy(startupMessage, 8)
