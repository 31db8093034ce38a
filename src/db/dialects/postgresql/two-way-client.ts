import type { Socket } from 'node:net'
import type { Client, ClientConfig } from 'pg'
import { errorCode } from '../dialect.ts'

type Connected = (error?: Error | null) => void
type Base = typeof Client

/** What is not in the driver's types; its own pool leans on `connection` as well. */
type Inside = { connection: { stream: Socket; removeAllListeners(): void; on(event: 'error', done: () => void): void } }

/**
 * A client for servers that may or may not want encryption: each is connected as its options say, and the other way when
 * the server will not have it so. libpq, too, begins anew with every connection: what one attempt came to, in an outage
 * perhaps, says nothing of the next.
 *
 * @param ssl the other way
 */
export function twoWayClient(base: Base, ssl: ClientConfig['ssl'] & {}): Base {
  class TwoWayClient extends base {
    readonly #again: () => Client

    constructor(config: ClientConfig) {
      super(config)
      this.#again = () => new base({ ...config, ssl })
    }

    override connect(): Promise<Client>
    override connect(done: Connected): void
    override connect(done?: Connected): Promise<Client> | undefined {
      if (!done) return new Promise((resolve, reject) => this.connect(error => (error ? reject(error) : resolve(this))))
      const connectOnce = super.connect.bind(this) as (done: Connected) => void
      connectOnce(error => {
        if (!isAboutEncryption(error)) return done(error)
        this.#startAfresh()
        connectOnce(second => done(isAboutEncryption(second) ? error : second))
      })
      return undefined
    }

    /** The pool knows this object, and a client of the driver connects only once: it becomes as one that has not yet. */
    #startAfresh() {
      const { connection } = this as unknown as Inside
      connection.removeAllListeners()
      connection.on('error', () => {})
      connection.stream.destroy()
      Object.assign(this, this.#again())
    }
  }
  return TwoWayClient as unknown as Base
}

/**
 * The server knows no encryption, the handshake failed, or pg_hba.conf has no line for such a connection (28000). A server
 * that answers neither yes nor no has no time for us, and is not asked in the clear.
 */
function isAboutEncryption(error: unknown): boolean {
  if (error instanceof Error && error.message === 'The server does not support SSL connections') return true
  return /^(28000|EPROTO|ERR_SSL|ERR_TLS|.*CERT)/.test(errorCode(error) ?? '')
}
