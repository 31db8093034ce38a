import { type Config, placesInWords } from '../config/config.ts'
import { flavorSources } from '../flavors/index.ts'
import { identities } from '../identity/index.ts'
import { openKeystoneCalls } from '../identity/keystone/calls.ts'
import { imageSources } from '../images/index.ts'
import { Fault } from '../model/fault.ts'
import { fileProblem } from '../model/file-problem.ts'
import { type HttpClient, openHttp, type Trust } from '../openstack/http.ts'
import type { Credentials, Domain } from '../openstack/keystone.ts'
import { openSession, type Session } from '../openstack/session.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeystoneCalls } from '../ports/console.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import type { Identity } from '../ports/identity.ts'
import type { ImageSource } from '../ports/image-source.ts'
import type { VolumeTypeSource } from '../ports/volume-type-source.ts'
import { volumeTypeSources } from '../volume-types/index.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'

type Key = keyof Config & `keystone${string}`

/** Returns the value of a required key. Throws a Fault that names the key in [keystone_authtoken] or its auth_section. */
function required(config: Config, option: Key, key: string): string {
  const value = config[option]
  if (typeof value === 'string' && value !== '') return value
  const section = config.authSection ?? 'keystone_authtoken'
  throw new Fault(`${placesInWords(config)}: [${section}] ${key} is required.`)
}

/** As in keystoneauth, an id takes precedence over a name. */
function domainOf(id: string | undefined, name: string | undefined): Domain {
  if (id !== undefined) return { id }
  return name === undefined ? { id: 'default' } : { name }
}

/** Returns the login of [keystone_authtoken]. Throws a Fault if a required key is missing. */
export function credentialsOf(config: Config): Credentials {
  if (config.keystoneAuthType === 'v3applicationcredential')
    return {
      kind: 'application credential',
      id: required(config, 'keystoneCredentialId', 'application_credential_id'),
      secret: required(config, 'keystoneCredentialSecret', 'application_credential_secret'),
    }
  const { keystoneUserId: userId, keystoneProjectId: projectId } = config
  // Of keystoneauth's plugins, only `password` has the keys of the default domain.
  const isGeneric = config.keystoneAuthType === 'password'
  const id = isGeneric ? config.keystoneDefaultDomainId : undefined
  const name = isGeneric ? config.keystoneDefaultDomainName : undefined
  return {
    kind: 'password',
    user: {
      ...(userId === undefined ? { name: required(config, 'keystoneUsername', 'username') } : { id: userId }),
      domain: domainOf(config.keystoneUserDomainId ?? id, config.keystoneUserDomainName ?? name),
    },
    password: required(config, 'keystonePassword', 'password'),
    project: {
      ...(projectId === undefined
        ? { name: required(config, 'keystoneProjectName', 'project_name') }
        : { id: projectId }),
      domain: domainOf(config.keystoneProjectDomainId ?? id, config.keystoneProjectDomainName ?? name),
    },
  }
}

/** Reads certificates or a key. Throws a Fault if the file cannot be used. */
export function pemIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readPlainFile(file, fileBytesMax.certificates)
  } catch (cause) {
    throw new Fault(`The certificates in ${file} cannot be used: ${fileProblem(cause)}.`, { cause })
  }
}

/** The file of the certificate may contain the key, too. */
const trustOf = (config: Config): Trust => ({
  insecure: config.keystoneInsecure,
  ca: pemIn(config.keystoneCafile),
  certificate: pemIn(config.keystoneCertfile),
  key: pemIn(config.keystoneKeyfile ?? config.keystoneCertfile),
})

export const openKeystoneHttp = (config: Config): HttpClient => openHttp(trustOf(config))

/** The service user's session with Keystone, from [keystone_authtoken]. Throws a Fault when a required key is missing. */
export function openKeystoneSession(config: Config, http: HttpClient, clock: Clock): Session {
  const timeoutMs = config.keystoneTimeoutSeconds * 1000
  const authUrl = required(config, 'keystoneAuthUrl', 'auth_url')
  return openSession({ authUrl, credentials: credentialsOf(config), timeoutMs }, http, clock)
}

/**
 * The session for a service: the user of [service_credentials], as in Trove, else the user of [keystone_authtoken].
 *
 * @param isInsecure whether to skip verification of certificates, which [keystone_authtoken] may disable for all
 */
function openServiceSession(config: Config, clock: Clock, isInsecure: boolean): Session {
  const { serviceAuthUrl: authUrl, serviceUsername: name, servicePassword: password } = config
  const http = openHttp({ ...trustOf(config), insecure: config.keystoneInsecure || isInsecure })
  if (authUrl === undefined) return openKeystoneSession(config, http, clock)
  if (name === undefined || password === undefined)
    throw new Fault(`${placesInWords(config)}: [service_credentials] username and password are required.`)
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

/** Nova's flavors. Sends no request yet, so that a server can start while Nova is unavailable. */
export function openNova(config: Config, clock: Clock, say: (problem: string) => void): FlavorSource {
  const settings = {
    url: config.novaUrl,
    serviceType: config.novaServiceType,
    interface: config.novaEndpointType,
    region: config.region,
    version: config.novaVersion,
    ages: agesOf(config),
  }
  return flavorSources.nova(settings, openServiceSession(config, clock, config.novaInsecure), clock, say)
}

/** Glance's images. Sends no request yet, so that a server can start while Glance is unavailable. */
export function openGlance(config: Config, clock: Clock, say: (problem: string) => void): Required<ImageSource> {
  const settings = {
    url: config.glanceUrl,
    serviceType: config.glanceServiceType,
    interface: config.glanceEndpointType,
    region: config.region,
    ages: agesOf(config),
  }
  return imageSources.glance(settings, openServiceSession(config, clock, false), clock, say)
}

/** Cinder's volume types. Sends no request yet, so that a server can start while Cinder is unavailable. */
export function openCinder(config: Config, clock: Clock, say: (problem: string) => void): Required<VolumeTypeSource> {
  const settings = {
    url: config.cinderUrl,
    serviceType: config.cinderServiceType,
    interface: config.cinderEndpointType,
    region: config.region,
    ages: agesOf(config),
  }
  return volumeTypeSources.cinder(settings, openServiceSession(config, clock, config.cinderInsecure), clock, say)
}

/** How long flavors, volume types and images of an OpenStack may be cached, and how long requests wait for new ones. */
const agesOf = (config: Config) => ({
  refreshMs: config.flavorRefreshSeconds * 1000,
  ageMsMax: config.flavorAgeSecondsMax * 1000,
  staleMsMax: config.flavorStaleSecondsMax * 1000,
  waitMs: 15_000,
  readWaitMs: 2000,
})

/** Token validation by Keystone. Sends no request yet, so that a server can start while Keystone is unavailable. */
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

/** The login of the console at the Keystone that validates tokens; undefined without a Keystone. Sends no request yet. */
export function openConsoleLogin(config: Config, clock: Clock): KeystoneCalls | undefined {
  const { keystoneAuthUrl: authUrl, keystoneTimeoutSeconds } = config
  if (authUrl === undefined) return undefined
  return openKeystoneCalls({ authUrl, timeoutMs: keystoneTimeoutSeconds * 1000 }, openKeystoneHttp(config), clock)
}
