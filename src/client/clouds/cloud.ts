import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../model/fault.ts'
import { shellWord } from '../../model/shell-word.ts'
import type { Credentials, Domain, Reference } from '../../openstack/keystone.ts'
import { type CloudSettings, findCloud, placesWords, type Surroundings, variable } from './cloud-files.ts'

/** A cloud, and how to log in to it. */
export type Cloud = Readonly<{
  /** Where the settings are from, in words. */
  origin: string
  authUrl: string
  /** The user or credential, in words. */
  login: string
  /** Asks for the password if that is the only thing that is missing. Throws a Fault without one. */
  credentials(ask: AskPassword): Promise<Credentials>
  region: string | undefined
  interface: string
  serviceType: string
  /** The URL of the database service, if it is not to be looked up in the service catalogue. */
  endpointOverride: string | undefined
  /** Paths of PEM files. */
  cacert: string | undefined
  cert: string | undefined
  key: string | undefined
  insecure: boolean
}>

/** Returns undefined when there is no terminal to ask at. */
export type AskPassword = (question: string) => Promise<string | undefined>

/** The options of the command line, by the key that they have in clouds.yaml. */
export type CloudOptions = Readonly<{ cloud?: string; settings: CloudSettings }>

/**
 * The settings that are read. As for the `openstack` command, an option wins over the variable `OS_` with the key in capital
 * letters, and that over clouds.yaml.
 */
const keys = [
  ...['auth_url', 'auth_type', 'username', 'user_id', 'user_domain_name', 'user_domain_id', 'password', 'token'],
  ...['project_name', 'project_id', 'tenant_name', 'tenant_id', 'project_domain_name', 'project_domain_id'],
  ...['domain_name', 'domain_id', 'default_domain', 'default_domain_id', 'default_domain_name', 'system_scope'],
  ...['application_credential_id', 'application_credential_name', 'application_credential_secret'],
  ...['region_name', 'interface', 'endpoint_type', 'cacert', 'cert', 'key', 'insecure', 'verify'],
  ...['database_endpoint_override', 'database_endpoint', 'database_interface', 'database_service_type'],
] as const
type Key = (typeof keys)[number]
type Values = Partial<Record<Key, string>>

const variableOf = (key: Key) => `OS_${key.toUpperCase()}`

/** Chooses the cloud as the `openstack` command does. Throws a Fault with what to do when there is none. */
export function chooseCloud(around: Surroundings, options: CloudOptions): Cloud {
  const { env } = around
  const fromEnv = Object.fromEntries(
    keys.flatMap(key => {
      const value = variable(env, variableOf(key))
      return value === undefined ? [] : [[key, value]]
    }),
  )
  const name = options.cloud ?? variable(env, 'OS_CLOUD')
  const isInEnv = 'auth_url' in fromEnv
  const found = name === undefined && isInEnv ? undefined : findCloud(around, name)
  if (!found && !isInEnv) throw noCloud(around)
  const origin = found?.origin ?? 'the variables OS_*'
  return cloudWith(origin, { ...found?.settings, ...fromEnv, ...options.settings }, around.home)
}

function noCloud(around: Surroundings): Fault {
  const ofServer = join(around.folder, 'trove-data', 'clouds.yaml')
  const advice = existsSync(ofServer)
    ? `The server that was started in this folder has written one: export OS_CLIENT_CONFIG_FILE=${shellWord(ofServer)} OS_CLOUD=trove-demo`
    : placesWords(around)
  return new Fault(
    `No cloud is configured. Name a cloud of your clouds.yaml with --os-cloud or OS_CLOUD, or set OS_AUTH_URL and the other variables of an openrc file. ${advice}`,
  )
}

function cloudWith(origin: string, values: Values, home: string): Cloud {
  const authUrl = values.auth_url
  if (authUrl === undefined)
    throw missing(origin, 'auth_url', 'the URL of Keystone, such as https://keystone.example/v3')
  if (!/^https?:/.test(authUrl) || !URL.canParse(authUrl))
    throw new Fault(`The auth_url of ${origin} is not a URL. It should be like https://keystone.example/v3.`)
  const path = (text: string | undefined) => (text?.startsWith('~/') ? join(home, text.slice(2)) : text)
  return {
    origin,
    authUrl,
    ...loginOf(origin, values),
    region: values.region_name,
    interface: values.database_interface ?? values.interface ?? values.endpoint_type ?? 'public',
    serviceType: values.database_service_type ?? 'database',
    endpointOverride: values.database_endpoint_override ?? values.database_endpoint,
    cacert: path(values.cacert),
    cert: path(values.cert),
    key: path(values.key),
    insecure: isTrue(values.insecure) || (values.verify !== undefined && !isTrue(values.verify)),
  }
}

const isTrue = (text: string | undefined) => text !== undefined && !/^(?:0|false|no|off|n|f)$/i.test(text)

const missing = (origin: string, key: Key, what: string) =>
  new Fault(`${upper(origin)} has no ${key}: ${what}. Set it there, or in ${variableOf(key)}.`)
const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

type Login = Pick<Cloud, 'login' | 'credentials'>

/** The ways to log in, by the `auth_type`s that mean them. */
const ways: Readonly<Record<string, (origin: string, values: Values) => Login>> = {
  password: passwordLogin,
  v3password: passwordLogin,
  token: tokenLogin,
  v3token: tokenLogin,
  v3applicationcredential: credentialLogin,
}

function loginOf(origin: string, values: Values): Login {
  const type = values.auth_type ?? guessedType(values)
  const way = Object.hasOwn(ways, type) ? ways[type] : undefined
  if (way) return way(origin, values)
  throw new Fault(
    `The auth_type '${type}' of ${origin} is not supported. Supported: ${Object.keys(ways).join(', ')}. For any other, log in with the openstack command, and pass its token: OS_AUTH_TYPE=v3token OS_TOKEN=$(openstack token issue -f value -c id).`,
  )
}

function guessedType(values: Values): string {
  if (values.application_credential_secret !== undefined) return 'v3applicationcredential'
  return values.token !== undefined && values.password === undefined ? 'v3token' : 'password'
}

function passwordLogin(origin: string, values: Values): Login {
  const user = userOf(values)
  if (!user) throw missing(origin, 'username', 'the user to log in as')
  const shown = `user '${user.name ?? user.id}'`
  return {
    login: shown,
    async credentials(ask) {
      const password = values.password ?? (await ask(`Password of ${shown} in ${origin}: `))
      if (!password) throw missing(origin, 'password', `the password of ${shown}`)
      return { kind: 'password', user, password, project: projectOf(values) }
    },
  }
}

function tokenLogin(origin: string, values: Values): Login {
  const { token } = values
  if (token === undefined) throw missing(origin, 'token', 'a token, as `openstack token issue` prints it')
  return { login: 'the token', credentials: async () => ({ kind: 'token', token, project: projectOf(values) }) }
}

function credentialLogin(origin: string, values: Values): Login {
  const { application_credential_id: id, application_credential_name: name, application_credential_secret } = values
  const secret = application_credential_secret
  if (id === undefined && name === undefined)
    throw missing(origin, 'application_credential_id', 'the id of the application credential')
  if (secret === undefined)
    throw missing(origin, 'application_credential_secret', 'the secret of the application credential')
  const user = userOf(values)
  if (id === undefined && !user) throw missing(origin, 'username', 'the user whose application credential it is')
  const own = id === undefined ? { name: name!, user: user! } : { id }
  return {
    login: `application credential '${id ?? name}'`,
    credentials: async () => ({ kind: 'application credential', ...own, secret }),
  }
}

function userOf(values: Values): Reference | undefined {
  const { user_id: id, username: name } = values
  if (id === undefined && name === undefined) return undefined
  return {
    id,
    name,
    domain: domainOf(values.user_domain_id ?? values.domain_id, values.user_domain_name ?? values.domain_name, values),
  }
}

function projectOf(values: Values): Reference | undefined {
  const id = values.project_id ?? values.tenant_id
  const name = values.project_name ?? values.tenant_name
  if (id === undefined && name === undefined) return undefined
  return { id, name, domain: domainOf(values.project_domain_id, values.project_domain_name, values) }
}

/** Without any, the domain with the id `default`, which a new Keystone has. */
function domainOf(id: string | undefined, name: string | undefined, values: Values): Domain {
  if (id !== undefined) return { id }
  if (name !== undefined) return { name }
  if (values.default_domain_name !== undefined) return { name: values.default_domain_name }
  return { id: values.default_domain_id ?? values.default_domain ?? 'default' }
}
