import type { Ports } from '../../src/ports/ports.ts'
import { startWorld, type World } from '../world.ts'
import type { WorldFiles } from '../world-files.ts'
import type { Rig } from './rig.ts'

export type OurServer = World &
  Readonly<{
    /** Asks in the name of a user of Keystone, below the project of the token. */
    ask<T = unknown>(
      user: string,
      method: string,
      path: string,
      body?: object,
    ): Promise<Readonly<{ status: number; headers: Headers; body: T }>>
  }>

/**
 * Our API beside the rig: a trove.conf as Trove's own says it, in this process.
 *
 * @param options.conf lines that come after; the last one of a key counts
 * @param options.flavors text of flavors.yaml, of which only volume types count: flavors are Nova's
 */
export async function startOurServer(
  rig: Rig,
  {
    conf = {},
    ports = {},
    ...files
  }: Pick<WorldFiles, 'conf' | 'connection' | 'flavors'> & { ports?: Partial<Ports> } = {},
): Promise<OurServer> {
  const { DEFAULT = [], trovets = [], keystone_authtoken = [], service_credentials = [], ...others } = conf
  const world = await startWorld({
    ...files,
    conf: {
      ...others,
      DEFAULT,
      keystone_authtoken: [
        `www_authenticate_uri = ${rig.keystone.url}`,
        `auth_url = ${rig.keystone.url}`,
        'auth_type = password',
        'project_domain_name = Default',
        'user_domain_name = Default',
        'project_name = service',
        'username = trove',
        'password = service-pass',
        ...keystone_authtoken,
      ],
      service_credentials: [
        `auth_url = ${rig.keystone.url}/v3`,
        'region_name = RegionOne',
        'project_name = service',
        'project_domain_name = Default',
        'user_domain_name = Default',
        'username = trove',
        'password = service-pass',
        ...service_credentials,
      ],
      trovets: ['rate_limits = false', 'flavors_refresh_time = 0', ...trovets],
    },
    ports: { images: { list: async () => [image(rig)] }, ...ports },
  })
  const tokens = new Map<string, Promise<{ token: string; projectId: string }>>()
  const loginOf = (user: string) => {
    const login = tokens.get(user) ?? rig.client.login(user)
    tokens.set(user, login)
    return login
  }
  return {
    ...world,
    async ask<T>(user: string, method: string, path: string, body?: object) {
      const { token, projectId } = await loginOf(user)
      const answer = await fetch(`${world.url}/v1.0/${projectId}${path}`, {
        method,
        headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as T }
    },
  }
}

/** The image in Glance, as an engine of this machine: what instances are made from is not what is tested here. */
const image = ({ ids }: Rig) => ({ id: ids.image, name: 'rig-tiny', manager: 'mysql', version: '8.0', tags: ['trove'] })
