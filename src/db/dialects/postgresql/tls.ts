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
 * As libpq, and so psycopg2, takes them (PostgreSQL's documentation, “SSL Support” of libpq): `prefer` when nothing is said,
 * and a root certificate is checked against in every mode. A socket of this machine is never encrypted. Files in
 * ~/.postgresql are not looked for.
 */
export function tlsOf(query: Readonly<Record<string, string>>): Tls {
  requireKnown(query, known)
  const name = query.sslmode ?? 'prefer'
  const mode = Object.hasOwn(modes, name) ? modes[name]! : undefined
  if (!mode) throw new Error(`'sslmode' must be one of ${Object.keys(modes).join(', ')}`)
  const isSystem = query.sslrootcert === 'system'
  if (isSystem && name !== 'verify-full') throw new Error("'sslrootcert=system' needs 'sslmode=verify-full'")
  const authorities = isSystem ? undefined : fileOf(query, 'sslrootcert')
  if (mode.verify !== 'nothing' && !authorities && !isSystem)
    throw new Error(
      `'sslmode=${name}' needs 'sslrootcert', the file with the certificates to check against, or 'system'`,
    )
  const certificate = fileOf(query, 'sslcert')
  const certificateKey = fileOf(query, 'sslkey')
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new Error("'sslcert' and 'sslkey' go together")
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
