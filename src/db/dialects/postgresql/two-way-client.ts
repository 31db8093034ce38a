import type { Socket } from 'node:net'
import type { Client, ClientConfig } from 'pg'
import { errorCode } from '../dialect.ts'

type Connected = (error?: Error | null) => void
type Base = typeof Client

/** A property that the driver's types lack; the driver's own pool uses it, too. */
type Inside = { connection: { stream: Socket; removeAllListeners(): void; on(event: 'error', done: () => void): void } }

/**
 * A client for servers that may or may not support encryption. It connects according to its options, and tries the other way
 * if the server refuses. Like libpq, it starts over with every connection: the result of an earlier attempt, perhaps during
 * an outage, is not reused.
 *
 * @param ssl the encryption of the second attempt
 */
export function twoWayClient(base: Base, ssl: ClientConfig['ssl'] & {}): Base {
  class TwoWayClient extends base {
    readonly #secondClient: () => Client

    constructor(config: ClientConfig) {
      super(config)
      this.#secondClient = () => new base({ ...config, ssl })
    }

    override connect(): Promise<Client>
    override connect(done: Connected): void
    override connect(done?: Connected): Promise<Client> | undefined {
      if (!done) return new Promise((resolve, reject) => this.connect(error => (error ? reject(error) : resolve(this))))
      const connectOnce = super.connect.bind(this) as (done: Connected) => void
      connectOnce(error => {
        if (!isAboutEncryption(error)) return done(error)
        this.#reset()
        connectOnce(second => done(isAboutEncryption(second) ? error : second))
      })
      return undefined
    }

    /** A client of the driver connects only once, but the pool already holds this object. So reset it to a new client's state. */
    #reset() {
      const { connection } = this as unknown as Inside
      connection.removeAllListeners()
      connection.on('error', () => {})
      connection.stream.destroy()
      Object.assign(this, this.#secondClient())
    }
  }
  return TwoWayClient as unknown as Base
}

/**
 * True when the server does not support encryption, the handshake failed, or pg_hba.conf has no entry for such a connection
 * (28000). If the server does not answer at all, do not try without encryption.
 */
function isAboutEncryption(error: unknown): boolean {
  if (error instanceof Error && error.message === 'The server does not support SSL connections') return true
  return /^(28000|EPROTO|ERR_SSL|ERR_TLS|.*CERT)/.test(errorCode(error) ?? '')
}
