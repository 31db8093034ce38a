import { type Config, placesInWords } from '../config/config.ts'
import { flavorSources } from '../flavors/index.ts'
import { identities } from '../identity/index.ts'
import { Fault } from '../model/fault.ts'
import { fileProblem } from '../model/file-problem.ts'
import { type HttpClient, openHttp, type Trust } from '../openstack/http.ts'
import type { Credentials, Domain } from '../openstack/keystone.ts'
import { openSession, type Session } from '../openstack/session.ts'
import type { Clock } from '../ports/clock.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import type { Identity } from '../ports/identity.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'

type Key = keyof Config & `keystone${string}`

/** Throws a Fault that names a key of [keystone_authtoken], or of its auth_section, without which nobody can log in. */
function needed(config: Config, option: Key, key: string): string {
  const value = config[option]
  if (typeof value === 'string' && value !== '') return value
  const section = config.authSection ?? 'keystone_authtoken'
  throw new Fault(`${placesInWords(config)}: [${section}] ${key} is required.`)
}

const domainOf = (name: string | undefined, id: string): Domain => (name === undefined ? { id } : { name })

function credentialsOf(config: Config): Credentials {
  if (config.keystoneAuthType === 'v3applicationcredential')
    return {
      kind: 'application credential',
      id: needed(config, 'keystoneCredentialId', 'application_credential_id'),
      secret: needed(config, 'keystoneCredentialSecret', 'application_credential_secret'),
    }
  const { keystoneUserId: userId, keystoneProjectId: projectId } = config
  return {
    kind: 'password',
    user: {
      ...(userId === undefined ? { name: needed(config, 'keystoneUsername', 'username') } : { id: userId }),
      domain: domainOf(config.keystoneUserDomainName, config.keystoneUserDomainId),
    },
    password: needed(config, 'keystonePassword', 'password'),
    project: {
      ...(projectId === undefined
        ? { name: needed(config, 'keystoneProjectName', 'project_name') }
        : { id: projectId }),
      domain: domainOf(config.keystoneProjectDomainName, config.keystoneProjectDomainId),
    },
  }
}

function pemIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readPlainFile(file, fileBytesMax.certificates)
  } catch (cause) {
    throw new Fault(`The certificates in ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}

/** The key may stand in the file of the certificate. */
const trustOf = (config: Config): Trust => ({
  insecure: config.keystoneInsecure,
  ca: pemIn(config.keystoneCafile),
  certificate: pemIn(config.keystoneCertfile),
  key: pemIn(config.keystoneKeyfile ?? config.keystoneCertfile),
})

export const openKeystoneHttp = (config: Config): HttpClient => openHttp(trustOf(config))

/** The login of [keystone_authtoken]. Throws a Fault when the configuration says too little. */
export function openKeystoneSession(config: Config, http: HttpClient, clock: Clock): Session {
  const timeoutMs = config.keystoneTimeoutSeconds * 1000
  const authUrl = needed(config, 'keystoneAuthUrl', 'auth_url')
  return openSession({ authUrl, credentials: credentialsOf(config), timeoutMs }, http, clock)
}

/** Who asks Nova: the user of [service_credentials], as in Trove; without one, that of [keystone_authtoken]. */
function openNovaSession(config: Config, clock: Clock): Session {
  const { serviceAuthUrl: authUrl, serviceUsername: name, servicePassword: password } = config
  const http = openHttp({ ...trustOf(config), insecure: config.keystoneInsecure || config.novaInsecure })
  if (authUrl === undefined) return openKeystoneSession(config, http, clock)
  if (name === undefined || password === undefined)
    throw new Fault(`${placesInWords(config)}: [service_credentials] needs username and password.`)
  const { serviceProjectId: id, serviceProjectName: project } = config
  const credentials: Credentials = {
    kind: 'password',
    user: { name, domain: { name: config.serviceUserDomainName } },
    password,
    project: { id, name: project, domain: { name: config.serviceProjectDomainName } },
  }
  const timeoutMs = config.keystoneTimeoutSeconds * 1000
  return openSession({ authUrl, credentials, timeoutMs }, http, clock)
}

/** Nova's flavors. Asks nothing yet: a server starts while Nova is away. */
export function openNova(config: Config, clock: Clock, say: (problem: string) => void): FlavorSource {
  const settings = {
    url: config.novaUrl,
    serviceType: config.novaServiceType,
    interface: config.novaEndpointType,
    region: config.region,
    version: config.novaVersion,
    ages: {
      refreshMs: config.flavorRefreshSeconds * 1000,
      ageMsMax: config.flavorAgeSecondsMax * 1000,
      staleMsMax: config.flavorStaleSecondsMax * 1000,
      waitMs: 15_000,
      readWaitMs: 2000,
    },
  }
  return flavorSources.nova(settings, openNovaSession(config, clock), clock, say)
}

/** Tokens that Keystone vouches for. Asks nothing yet: a server starts while Keystone is away. */
export function openKeystone(config: Config, clock: Clock): Identity {
  const session = openKeystoneSession(config, openKeystoneHttp(config), clock)
  return identities.keystone(
    {
      authUrl: config.keystoneAuthUrl!,
      interface: config.keystoneInterface,
      region: config.keystoneRegion,
      cacheSeconds: config.tokenCacheSeconds,
      timeoutMs: config.keystoneTimeoutSeconds * 1000,
      serviceTokenRoles: config.serviceTokenRoles,
      serviceTokenRolesRequired: config.serviceTokenRolesRequired,
      checksBinding: config.enforceTokenBind !== 'disabled',
    },
    session,
    clock,
  )
}
