import { Fault } from '../../model/fault.ts'
import { fileProblem } from '../../model/file-problem.ts'
import { type HttpAnswer, type HttpClient, openHttp, Unreachable } from '../../openstack/http.ts'
import { findEndpoint, type KeystoneToken, logIn, v3Of } from '../../openstack/keystone.ts'
import { errorMessageOf } from '../../openstack/session.ts'
import { fileBytesMax, readPlainFile } from '../../yaml-file/plain-file.ts'
import { openTroveClient, type Send, type TroveClient } from '../client.ts'
import type { AskPassword, Cloud } from './cloud.ts'

/** The database service of a cloud, ready to be asked by one user in one project. */
export type DatabaseService = Readonly<{
  trove: TroveClient
  projectId: string
  /** Undefined when the URL of the service is configured, and no region is. */
  region: string | undefined
  close(): void
}>

type Options = Readonly<{
  ask: AskPassword
  pause(ms: number): Promise<void>
  /** Tells the user why it takes longer. */
  say(line: string): void
}>

const timeoutMs = 60_000
/** For as long as this, and this often, a request waits and is sent again when the service asks for it. */
const waitMaxSeconds = 60
const retriesMax = 3

/** Logs in, and finds the database service. Throws a Fault with what to do. */
export async function openDatabaseService(cloud: Cloud, options: Options): Promise<DatabaseService> {
  const credentials = await cloud.credentials(options.ask)
  const http = openHttp(trustOf(cloud))
  try {
    const { answer, issued } = await logIn(http, cloud.authUrl, credentials, AbortSignal.timeout(timeoutMs)).catch(
      error => {
        throw unusableKeystone(cloud, error)
      },
    )
    if (!issued) throw loginRefused(cloud, answer)
    const { url, region } = locate(cloud, issued.facts)
    const send = retrying(sendTo(http, url, issued.token), options)
    return { trove: openTroveClient(send), projectId: issued.facts.projectId!, region, close: () => http.close() }
  } catch (error) {
    http.close()
    throw error
  }
}

function trustOf({ cacert, cert, key, insecure, origin }: Cloud) {
  const read = (name: string, file: string | undefined) => {
    if (file === undefined) return undefined
    try {
      return readPlainFile(file, fileBytesMax.certificates)
    } catch (cause) {
      throw new Fault(`The ${name} of ${origin}, ${file}, cannot be read: ${fileProblem(cause)}.`, { cause })
    }
  }
  // Without a key of its own, the file of the certificate has it.
  const certificate = read('cert', cert)
  return { ca: read('cacert', cacert), insecure, certificate, key: read('key', key) ?? certificate }
}

/** A URL without a user and a password in it. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname.replace(/\/$/, '')}`
}

function unusableKeystone({ authUrl, origin }: Cloud, cause: unknown): Fault {
  const why = cause instanceof Unreachable ? withoutRequest(cause) : 'its answer is not that of a Keystone'
  return new Fault(`Keystone at ${shown(authUrl)} cannot be used: ${why}. Check auth_url of ${origin}.`, { cause })
}

/** Certificates are the usual problem that has a cure here. */
function withoutRequest({ message }: Unreachable): string {
  const why = message.slice(message.indexOf(': ') + 2)
  return /certificate|issuer|CERT/.test(why) ? `${why}; cacert (OS_CACERT) can name the authority that signed it` : why
}

function loginRefused({ authUrl, origin, login }: Cloud, answer: HttpAnswer): Fault {
  const place = shown(v3Of(authUrl))
  if (answer.status === 401)
    return new Fault(
      `Keystone at ${place} refuses the login of ${login}. Check the secret, the user, the project and their domains in ${origin}, and in variables OS_*, which win over clouds.yaml.`,
    )
  if (answer.status === 404 || answer.body === undefined)
    return new Fault(`${place} is not a Keystone: it answered with ${answer.status}. Check auth_url of ${origin}.`)
  return new Fault(`Keystone at ${place} refuses the login of ${login} (${answer.status}): ${errorMessageOf(answer)}`)
}

function locate(
  cloud: Cloud,
  { projectId, serviceCatalogue }: KeystoneToken,
): { url: string; region: string | undefined } {
  const { interface: kind, region, serviceType: type, endpointOverride, login, origin } = cloud
  if (projectId === undefined)
    throw new Fault(`The login of ${login} has no project. Set project_name in ${origin}, or OS_PROJECT_NAME.`)
  if (endpointOverride !== undefined) return { url: overridden(cloud, endpointOverride, projectId), region }
  const endpoint = findEndpoint(serviceCatalogue, { type, interface: kind, region })
  if (endpoint) return { url: endpoint.url.replace(/\/+$/, ''), region: endpoint.region ?? undefined }
  const others = serviceCatalogue.filter(each => each.type === type).flatMap(({ endpoints }) => endpoints)
  const list = [...new Set(others.map(each => `${each.interface} in ${each.region}`))].join(', ')
  const where = region === undefined ? '' : ` in region ${region}`
  throw new Fault(
    list === ''
      ? `The cloud has no database service: its catalogue has no service of type '${type}'. If you know its URL, set OS_DATABASE_ENDPOINT_OVERRIDE.`
      : `The cloud has no ${kind} endpoint of its database service${where}. Endpoints: ${list}. Choose one with --os-region-name and --os-interface.`,
  )
}

/** Completes a URL that has no project, since Trove's paths begin with one. */
function overridden({ origin }: Cloud, override: string, projectId: string): string {
  const url = override.replaceAll(/[%$]\((?:project|tenant)_id\)s/g, projectId).replace(/\/+$/, '')
  if (!/^https?:/.test(url) || !URL.canParse(url))
    throw new Fault(`The database_endpoint_override of ${origin} is not a URL.`)
  if (url.endsWith(`/${projectId}`)) return url
  return /\/v1\.0$/.test(url) ? `${url}/${projectId}` : `${url}/v1.0/${projectId}`
}

const sendTo =
  (http: HttpClient, url: string, token: string): Send =>
  async ({ method, path, body }) => {
    try {
      return await http.ask({
        method: method as 'GET',
        url: `${url}${path}`,
        headers: { 'x-auth-token': token },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (cause) {
      if (!(cause instanceof Unreachable)) throw cause
      throw new Fault(`The database service at ${shown(url)} cannot be used: ${withoutRequest(cause)}.`, { cause })
    }
  }

/**
 * Sends a request again after a rate limit, and while a service that ours needs is unreachable, if the answer says when. Only
 * for requests that change nothing.
 */
const retrying =
  (send: Send, { pause, say }: Options): Send =>
  async request => {
    for (let attempt = 0; ; attempt++) {
      const answer = await send(request)
      const seconds = Number(answer.headers['retry-after'] ?? Number.NaN)
      const isTemporary = [413, 429, 503].includes(answer.status)
      if (!isTemporary || !(seconds <= waitMaxSeconds) || attempt === retriesMax) return answer
      say(`The database service answers with ${answer.status}, and is asked again in ${seconds} seconds.`)
      await pause(seconds * 1000)
    }
  }
