/** A file that a database URL names, and the key of the URL that names it. */
export type TlsFile = Readonly<{ key: string; path: string }>

/** The encryption that a database URL requires. docs/reference/database-urls.md explains the options. */
export type Tls = Readonly<{
  /** `if refused`: only if the server refuses unencrypted connections. `if offered`: if the server supports encryption. */
  use: 'never' | 'if refused' | 'if offered' | 'always'
  /** `authority`: a trusted authority has signed the server's certificate. `identity`: it is also for the host of the URL. */
  verify: 'nothing' | 'authority' | 'identity'
  /** The trusted authorities (default: those of the system). */
  authorities?: TlsFile
  authoritiesFolder?: TlsFile
  /** The client certificate. */
  certificate?: TlsFile
  certificateKey?: TlsFile
  ciphers?: string
}>

export const noTls: Tls = { use: 'never', verify: 'nothing' }

type Query = Readonly<Record<string, string>>

/** Refuses unknown keys that start with `ssl`: ignoring one could make the connection less safe than its author expects. */
export function requireKnown(query: Query, known: readonly string[], hints: Query = {}): void {
  for (const key of Object.keys(query))
    if (key.startsWith('ssl') && !known.includes(key))
      throw new Error(
        `'${key}' is not supported${hints[key] ? `: ${hints[key]}` : ''}; supported keys are ${known.join(', ')}`,
      )
}

export const fileOf = (query: Query, key: string): TlsFile | undefined =>
  query[key] ? { key, path: query[key] } : undefined
