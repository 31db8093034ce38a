import { accessSync, constants } from 'node:fs'
import { type Config, type ConfigSource, inspectConfig, loadConfig } from '../config/config.ts'
import type { Environment } from '../config/config-files.ts'
import { options } from '../config/options.ts'
import { parseDatabaseUrl } from '../db/database-url.ts'
import { readTls } from '../db/read-tls.ts'
import { fileProblem } from '../model/file-problem.ts'
import { bypassHeader } from './bypass-header.ts'
import { computeDriverOf, flavorSourceOf, identityOf, isKeystoneUnnamed, userIdsOf } from './choose.ts'
import { gateWords, isTroveUrl } from './gate-place.ts'
import { readPolicies } from './policy-files.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { whenUnavailable } from './when-unavailable.ts'

/** A problem with a value that can be read but does not work. */
export type Finding = Readonly<{ option: keyof Config; problem: string }>

/** Reads the configuration and checks the files and URLs that it names. Opens no connections. */
export function checkConfig(source: ConfigSource, environment: Environment) {
  const inspection = inspectConfig(source, environment)
  const isReadable = inspection.readings.every(({ problem }) => problem === undefined)
  const config = isReadable ? loadConfig(source, environment) : undefined
  return {
    inspection,
    findings: config ? findingsOf(config) : [],
    uses: config
      ? {
          identity: isKeystoneUnnamed(config) ? 'keystone' : identityOf(config),
          flavors: flavorSourceOf(config),
          computeDriver: computeDriverOf(config),
          gate: gateWords(config),
        }
      : undefined,
  }
}

function findingsOf(config: Config): Finding[] {
  return [
    ...userIdFindings(config),
    ...(config.useSyslog ? [{ option: 'useSyslog' as const, problem: 'must be false; syslog is not supported' }] : []),
    ...databaseFindings(config),
    ...policyFindings(config),
    ...gateFindings(config),
    ...valueFindings('trustedProxies', () => trustedProxies(config)),
    ...(identityOf(config) === 'keystone' || isKeystoneUnnamed(config)
      ? keystoneFindings(config)
      : embeddedFindings(config)),
    ...(flavorSourceOf(config) === 'nova' ? novaFindings(config) : unreadable('flavorsFile', config.flavorsFile)),
    ...(computeDriverOf(config) === 'trove' ? openstackFindings(config) : []),
  ]
}

function unreadable(option: keyof Config, file: string): Finding[] {
  try {
    accessSync(file, constants.R_OK)
    return []
  } catch (error) {
    return [{ option, problem: `${file} cannot be read: ${fileProblem(error)}` }]
  }
}

const unreadableIfNamed = (
  config: Config,
  ...options: readonly ('keystoneCafile' | 'keystoneCertfile' | 'keystoneKeyfile')[]
) =>
  options.flatMap(option => {
    const file = config[option]
    return file === undefined ? [] : unreadable(option, file)
  })

function databaseFindings({ connection }: Config): Finding[] {
  if (connection === undefined) return [{ option: 'connection', problem: 'no database is configured' }]
  try {
    readTls(parseDatabaseUrl(connection).url.tls)
    return []
  } catch (error) {
    return [{ option: 'connection', problem: (error as Error).message }]
  }
}

function userIdFindings(config: Config): Finding[] {
  try {
    userIdsOf(config)
    return []
  } catch {
    return [
      {
        option: 'instanceUserIds',
        problem: `'${config.instanceUserIds}' is not a valid range; example: ${defaultRange}`,
      },
    ]
  }
}

const defaultRange = options.instanceUserIds.fallback

function policyFindings(config: Config): Finding[] {
  try {
    readPolicies(config)
    return []
  } catch (error) {
    return [{ option: 'policyFile', problem: (error as Error).message.replace(/\.$/, '') }]
  }
}

function gateFindings(config: Config): Finding[] {
  const { troveEndpoint: url, troveCafile } = config
  return [
    ...(url === undefined || isTroveUrl(url)
      ? []
      : [
          { option: 'troveEndpoint' as const, problem: 'the value is not a valid URL; example: http://192.0.2.7:8779' },
        ]),
    ...(troveCafile === undefined ? [] : unreadable('troveCafile', troveCafile)),
    ...valueFindings('bypassHeader', () => bypassHeader(config.bypassHeader, '')),
    ...valueFindings('whenUnavailable', () => whenUnavailable(config.whenUnavailable, '')),
  ]
}

function valueFindings(option: 'bypassHeader' | 'trustedProxies' | 'whenUnavailable', read: () => unknown): Finding[] {
  try {
    read()
    return []
  } catch (error) {
    // Without the place and the name of the option, which config_check shows beside it.
    const [, problem] = (error as Error).message.split(`${options[option].key}: `)
    return [{ option, problem: problem!.replace(/\.$/, '') }]
  }
}

const embeddedFindings = (config: Config): Finding[] => unreadable('identityFile', config.identityFile)

const isUrl = (text: string) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text)

function notUrl(option: keyof Config, text: string | undefined): Finding[] {
  if (text === undefined || isUrl(text)) return []
  // Before an @ there may be a password.
  const shown = text.includes('@') ? 'the value' : `'${text}'`
  return [{ option, problem: `${shown} is not an http or https URL` }]
}

function missing(config: Config, ...options: readonly (keyof Config)[]): Finding[] {
  return options.filter(option => config[option] === undefined).map(option => ({ option, problem: 'is required' }))
}

function keystoneFindings(config: Config): Finding[] {
  const login =
    config.keystoneAuthType === 'v3applicationcredential'
      ? missing(config, 'keystoneCredentialId', 'keystoneCredentialSecret')
      : [
          ...(config.keystoneUserId === undefined ? missing(config, 'keystoneUsername') : []),
          ...missing(config, 'keystonePassword'),
          ...(config.keystoneProjectId === undefined ? missing(config, 'keystoneProjectName') : []),
        ]
  return [
    ...missing(config, 'keystoneAuthUrl'),
    ...notUrl('keystoneAuthUrl', config.keystoneAuthUrl),
    ...notUrl('keystonePublicUrl', config.keystonePublicUrl),
    ...login,
    ...unreadableIfNamed(config, 'keystoneCafile', 'keystoneCertfile', 'keystoneKeyfile'),
  ]
}

/** Glance and Cinder are read with the login that Nova is read with. */
function openstackFindings(config: Config): Finding[] {
  const hasLogin = config.serviceAuthUrl !== undefined || config.keystoneAuthUrl !== undefined
  return [
    ...(hasLogin || flavorSourceOf(config) === 'nova'
      ? []
      : [{ option: 'serviceAuthUrl' as const, problem: 'is required to read images from Glance' }]),
    ...(flavorSourceOf(config) === 'nova' ? [] : serviceLoginFindings(config)),
    ...notUrl('glanceUrl', config.glanceUrl),
    ...notUrl('cinderUrl', config.cinderUrl),
  ]
}

const serviceLoginFindings = (config: Config): Finding[] =>
  config.serviceAuthUrl === undefined
    ? []
    : [
        ...notUrl('serviceAuthUrl', config.serviceAuthUrl),
        ...missing(config, 'serviceUsername', 'servicePassword'),
        ...(config.serviceProjectId === undefined ? missing(config, 'serviceProjectName') : []),
      ]

function novaFindings(config: Config): Finding[] {
  const noLogin =
    config.serviceAuthUrl === undefined && config.keystoneAuthUrl === undefined
      ? [{ option: 'serviceAuthUrl' as const, problem: 'is required to read flavors from Nova' }]
      : []
  const version = /^2\.\d+$/.test(config.novaVersion)
    ? []
    : [
        {
          option: 'novaVersion' as const,
          problem: `'${config.novaVersion}' is not a valid microversion; example: 2.61`,
        },
      ]
  return [...noLogin, ...serviceLoginFindings(config), ...notUrl('novaUrl', config.novaUrl), ...version]
}
