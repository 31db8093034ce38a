import { X509Certificate } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContextOptions } from 'node:tls'
import { fileProblem } from '../model/file-problem.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'

/** A file that a database URL names, and the key of the URL that names it. */
export type TlsFile = Readonly<{ key: string; path: string }>

/** What a database URL asks of the connection's encryption. docs/reference/database-urls.md lists the words. */
export type Tls = Readonly<{
  /** `if refused`: when the server will not have it otherwise. `if offered`: unless the server cannot. */
  use: 'never' | 'if refused' | 'if offered' | 'always'
  /** `authority`: the server's certificate is vouched for. `identity`: and is for the host that the URL names. */
  verify: 'nothing' | 'authority' | 'identity'
  /** Who may vouch for the server's certificate; whom the system trusts when left out. */
  authorities?: TlsFile
  authoritiesFolder?: TlsFile
  /** What we show the server of ourselves. */
  certificate?: TlsFile
  certificateKey?: TlsFile
  ciphers?: string
}>

export const noTls: Tls = { use: 'never', verify: 'nothing' }

/** Reads the files that a URL names. Throws an Error with a sentence without its end about one that will not do. */
export function readTls(tls: Tls): SecureContextOptions {
  if (tls.use === 'never') return {}
  const { authorities, authoritiesFolder, certificate, certificateKey, ciphers } = tls
  const ca = [
    ...(authorities ? [certificateIn(authorities)] : []),
    ...(authoritiesFolder ? certificatesIn(authoritiesFolder) : []),
  ]
  const options: SecureContextOptions = {
    ...(ca.length > 0 ? { ca } : tls.verify === 'nothing' ? {} : { ca: getCACertificates('system') }),
    ...(certificate ? { cert: certificateIn(certificate) } : {}),
    ...(certificate ? { key: textIn(certificateKey ?? certificate) } : {}),
    ...(ciphers === undefined ? {} : { ciphers }),
  }
  if (!certificate && ciphers === undefined) return options
  try {
    createSecureContext(options)
  } catch (error) {
    const key = certificate ? (certificateKey ?? certificate).key : 'ssl_cipher'
    throw new Error(`${key}: what it names cannot be used: ${fileProblem(error)}`, { cause: error })
  }
  return options
}

function textIn({ key, path }: TlsFile): string {
  try {
    return readPlainFile(path, fileBytesMax.certificates)
  } catch (error) {
    throw new Error(`${key}: ${path} cannot be read: ${fileProblem(error)}`, { cause: error })
  }
}

function certificateIn(file: TlsFile): string {
  const text = textIn(file)
  if (isCertificate(text)) return text
  throw new Error(`${file.key}: ${file.path} holds no certificate (PEM)`)
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined
  } catch {
    return false
  }
}

/** Every certificate of a folder, by whatever names `openssl rehash` or anybody else gave them. */
function certificatesIn({ key, path }: TlsFile): string[] {
  let names: string[]
  try {
    names = readdirSync(path, { withFileTypes: true })
      .filter(entry => !entry.isDirectory())
      .map(({ name }) => name)
  } catch (error) {
    throw new Error(`${key}: ${path} cannot be read: ${fileProblem(error)}`, { cause: error })
  }
  const certificates = names.map(name => textIn({ key, path: join(path, name) })).filter(isCertificate)
  if (certificates.length === 0) throw new Error(`${key}: ${path} holds no certificate (PEM)`)
  return certificates
}

type Query = Readonly<Record<string, string>>

/** Refuses what begins with `ssl` and is none of these: to connect without what was asked for might be less safe. */
export function requireKnown(query: Query, known: readonly string[], hints: Query = {}): void {
  for (const key of Object.keys(query))
    if (key.startsWith('ssl') && !known.includes(key))
      throw new Error(`'${key}' is not offered${hints[key] ? `: ${hints[key]}` : ''}; what is, is ${known.join(', ')}`)
}

export const fileOf = (query: Query, key: string): TlsFile | undefined =>
  query[key] ? { key, path: query[key] } : undefined
