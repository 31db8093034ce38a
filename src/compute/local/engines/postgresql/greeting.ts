import { connect } from 'node:net'
import type { Address } from '../../../../ports/compute.ts'

/**
 * True if a server asks a client for its password. A server that is still reading its data also listens, but reports
 * that it is not ready. The startup message and the first letter of the reply are those of protocol 3.0
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */
export function admits({ host, port }: Address): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: 1000 })
    const finish = (isAdmitted: boolean) => {
      socket.destroy()
      resolve(isAdmitted)
    }
    socket.once('connect', () => socket.write(startupMessage))
    socket.once('data', reply => finish(reply.toString('latin1', 0, 1) === authenticationRequest))
    for (const end of ['error', 'timeout', 'close']) socket.once(end, () => finish(false))
  })
}

const authenticationRequest = 'R'

const parameters = Buffer.from('user\0os_admin\0database\0postgres\0\0')
const startupMessage = Buffer.alloc(8 + parameters.length)
startupMessage.writeInt32BE(startupMessage.length, 0)
startupMessage.writeInt32BE(3 << 16, 4)
parameters.copy(startupMessage, 8)
