import { fileOf, noTls, requireKnown, type Tls } from '../../tls.ts'

const known = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey']

const modes: Readonly<Record<string, Pick<Tls, 'use' | 'verify'>>> = {
  disable: { use: 'never', verify: 'nothing' },
  allow: { use: 'if refused', verify: 'nothing' },
  prefer: { use: 'if offered', verify: 'nothing' },
  require: { use: 'always', verify: 'nothing' },
  'verify-ca': { use: 'always', verify: 'authority' },
  'verify-full': { use: 'always', verify: 'identity' },
}

/**
 * Reads the options of libpq, which psycopg2 uses (PostgreSQL's documentation, “SSL Support” of libpq). The default is
 * `prefer`, and a root certificate is checked in every mode. A socket of this machine is never encrypted. Unlike libpq, this
 * does not look for files in ~/.postgresql.
 */
export function tlsOf(query: Readonly<Record<string, string>>): Tls {
  requireKnown(query, known)
  const name = query.sslmode ?? 'prefer'
  const mode = Object.hasOwn(modes, name) ? modes[name]! : undefined
  if (!mode) throw new Error(`'sslmode' must be one of ${Object.keys(modes).join(', ')}`)
  const isSystem = query.sslrootcert === 'system'
  if (isSystem && name !== 'verify-full') throw new Error("'sslrootcert=system' requires 'sslmode=verify-full'")
  const authorities = isSystem ? undefined : fileOf(query, 'sslrootcert')
  if (mode.verify !== 'nothing' && !authorities && !isSystem)
    throw new Error(
      `'sslmode=${name}' requires 'sslrootcert': the file with the certificates of trusted authorities, or 'system'`,
    )
  const certificate = fileOf(query, 'sslcert')
  const certificateKey = fileOf(query, 'sslkey')
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new Error("'sslcert' and 'sslkey' must be used together")
  const isLocal = query.host?.startsWith('/') ?? false
  if (isLocal || mode.use === 'never') return noTls
  return {
    use: mode.use,
    verify: authorities && mode.verify === 'nothing' ? 'authority' : mode.verify,
    ...(authorities ? { authorities } : {}),
    ...(certificate ? { certificate } : {}),
    ...(certificateKey ? { certificateKey } : {}),
  }
}
