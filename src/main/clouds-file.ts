import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { ownUrl } from './own-url.ts'

export const cloudsFileOf = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'clouds.yaml')

export type CloudUser = Readonly<{ user: string; project: string; password: string | undefined }>

/** A cloud for the stock clients. Without a password, they ask for it. */
export const cloudOf = (authUrl: string, region: string, { user, project, password }: CloudUser) => ({
  auth: {
    auth_url: authUrl,
    username: user,
    ...(password === undefined ? {} : { password }),
    project_name: project,
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  },
  region_name: region,
  identity_api_version: 3,
})

const authUrlPattern = /auth_url: (\S+)/

/** The URL of the identity service: the one that the last start wrote to clouds.yaml, else the configured one. */
function authUrlOf(config: Config): string {
  const file = cloudsFileOf(config)
  const lastUrl = existsSync(file) ? authUrlPattern.exec(readPlainFile(file, fileBytesMax.settings))?.[1] : undefined
  if (lastUrl) return lastUrl
  return `${ownUrl(config)}/identity/v3`
}

/** A clouds.yaml with an entry for this user, as lines of YAML. */
export async function cloudLines(config: Config, user: CloudUser): Promise<string[]> {
  const { stringify } = await import('yaml')
  const clouds = { [`trove-${user.user}`]: cloudOf(authUrlOf(config), config.region, user) }
  return stringify({ clouds }).trimEnd().split('\n')
}

/** The path of this installation's clouds.yaml if it contains this user. */
export function cloudsFileNaming(config: Config, user: string): string | undefined {
  const file = cloudsFileOf(config)
  if (!existsSync(file)) return undefined
  const names = [...readPlainFile(file, fileBytesMax.settings).matchAll(/^\s*username: (.+)$/gm)].map(match =>
    match[1]!.trim(),
  )
  return names.includes(user) ? file : undefined
}
