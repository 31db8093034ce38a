import type { Config } from '../config/config.ts'

/** The addresses that stand for all addresses of a machine, and the one at which its own programs reach it. */
const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** The URL at which programs of this machine reach this server. */
export function ownUrl({ bindHost, bindPort }: Pick<Config, 'bindHost' | 'bindPort'>): string {
  const host = loopbackOf[bindHost] ?? bindHost
  return `http://${host.includes(':') ? `[${host}]` : host}:${bindPort}`
}
