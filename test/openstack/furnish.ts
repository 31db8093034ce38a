import { type KeystoneClient, passwords } from './keystone-client.ts'
import type { Service } from './openstack-process.ts'
import { until } from './until.ts'

/** What tests need to know of what is in the rig. */
export type Furniture = Readonly<{
  projects: Readonly<{ admin: string; demo: string; alt: string }>
  flavors: Readonly<{ highmem: string; private: string }>
  image: string
  volumeTypes: Readonly<{ slow: string; fast: string; private: string }>
}>

type Named = { id: string; name: string }

type Services = Readonly<
  Record<'nova' | 'placement' | 'glance' | 'cinder' | 'trove', Service> & Record<'network', { url: string }>
>

/** Projects, users and the catalogue. */
export async function makePeople(client: KeystoneClient, services: Services): Promise<Furniture['projects']> {
  const { nova, placement, glance, cinder, network, trove } = services
  const [projects] = await Promise.all([
    makeUsers(client),
    makeCatalogue(client, [
      ['nova', 'compute', `${nova.url}/v2.1`],
      ['placement', 'placement', placement.url],
      ['glance', 'image', glance.url],
      ['cinderv3', 'volumev3', `${cinder.url}/v3/%(project_id)s`],
      ['neutron', 'network', network.url],
      ['trove', 'database', `${trove.url}/v1.0/%(tenant_id)s`],
    ]),
  ])
  return projects
}

/** Flavors, volume types and an image, over the services' own APIs. */
export async function furnish(
  client: KeystoneClient,
  projects: Furniture['projects'],
  { nova, glance, cinder }: Pick<Services, 'nova' | 'glance' | 'cinder'>,
): Promise<Furniture> {
  const [flavors, volumeTypes, image] = await Promise.all([
    makeFlavors(client, nova, projects.demo),
    makeVolumeTypes(client, cinder, projects),
    makeImage(client, glance),
  ])
  return { projects, flavors, volumeTypes, image }
}

async function makeUsers({ ask, url }: KeystoneClient) {
  const v3 = `${url}/v3`
  const make = async (kind: string, body: object) =>
    (await ask<Record<string, Named>>('POST', `${v3}/${kind}s`, { [kind]: { domain_id: 'default', ...body } }))[kind]!
      .id
  const named = async (kind: string, name: string) =>
    (await ask<Record<string, Named[]>>('GET', `${v3}/${kind}s?name=${name}`))[`${kind}s`]![0]!.id
  const ids = { admin: await named('project', 'admin'), service: '', demo: '', alt: '' }
  for (const name of ['service', 'demo', 'alt'] as const)
    ids[name] = await make('project', { name: name === 'alt' ? 'alt_demo' : name })
  const people: [user: string, password: string, project: string, role: string][] = [
    ...['nova', 'placement', 'glance', 'cinder', 'trove'].map((name): [string, string, string, string] => [
      name,
      passwords.service,
      ids.service,
      'admin',
    ]),
    ['demo', passwords.demo, ids.demo, 'member'],
    ['alt_demo', passwords.demo, ids.alt, 'member'],
  ]
  for (const [name, password, project, role] of people) {
    const user = await make('user', { name, password })
    await ask('PUT', `${v3}/projects/${project}/users/${user}/roles/${await named('role', role)}`)
  }
  return { admin: ids.admin, demo: ids.demo, alt: ids.alt }
}

/**
 * Registers services, each with its three endpoints in a region. One that exists is used: with a second service of the same
 * type, clients could not find either by its type.
 *
 * @param elsewhere where the endpoints that are not public are; all at the same place when left out
 */
export async function makeCatalogue(
  { ask, url }: KeystoneClient,
  services: readonly (readonly [name: string, type: string, url: string])[],
  region = 'RegionOne',
  elsewhere?: string,
): Promise<void> {
  if (region !== 'RegionOne') await ask('POST', `${url}/v3/regions`, { region: { id: region } })
  for (const [name, type, address] of services) {
    const { services } = await ask<{ services: Named[] }>('GET', `${url}/v3/services?name=${name}&type=${type}`)
    const made = () => ask<{ service: Named }>('POST', `${url}/v3/services`, { service: { name, type } })
    const service = services[0] ?? (await made()).service
    for (const kind of ['public', 'internal', 'admin'])
      await ask('POST', `${url}/v3/endpoints`, {
        endpoint: {
          service_id: service.id,
          interface: kind,
          url: kind === 'public' ? address : (elsewhere ?? address),
          region_id: region,
        },
      })
  }
}

const highmem = '6f1d5a2e-3f0b-4c1a-9b57-0a4d2c8e7f10'

/** Nova's classic sizes, one with a uuid and extra specs, and a private one that demo may use. */
async function makeFlavors({ ask }: KeystoneClient, nova: Service, demo: string) {
  const flavors: [id: string, name: string, ram: number, vcpus: number, disk: number, ephemeral: number][] = [
    ['1', 'm1.tiny', 512, 1, 1, 0],
    ['2', 'm1.small', 2048, 1, 20, 0],
    ['3', 'm1.medium', 4096, 2, 40, 0],
    ['4', 'm1.large', 8192, 4, 80, 0],
    ['5', 'm1.xlarge', 16_384, 8, 160, 0],
    [highmem, 'db.highmem', 32_768, 4, 10, 5],
    ['90', 'db.private', 1024, 1, 10, 0],
  ]
  for (const [id, name, ram, vcpus, disk, ephemeral] of flavors) {
    const isPublic = id !== '90'
    const facts = { 'OS-FLV-EXT-DATA:ephemeral': ephemeral, 'os-flavor-access:is_public': isPublic }
    await ask('POST', `${nova.url}/v2.1/flavors`, { flavor: { id, name, ram, vcpus, disk, ...facts } })
  }
  await ask('POST', `${nova.url}/v2.1/flavors/${highmem}/os-extra_specs`, {
    extra_specs: { 'hw:cpu_policy': 'shared', 'trove:tier': 'gold' },
  })
  await ask('POST', `${nova.url}/v2.1/flavors/90/action`, { addTenantAccess: { tenant: demo } })
  return { highmem, private: '90' }
}

/** The two public types of the recorded installation, and a private one that alt_demo may use. */
async function makeVolumeTypes({ ask }: KeystoneClient, cinder: Service, projects: { admin: string; alt: string }) {
  const types = `${cinder.url}/v3/${projects.admin}/types`
  const secondOf = () => Math.floor(Date.now() / 1000)
  // Cinder sorts types by the second in which they were made, newest first, and Trove reads only the first page.
  const make = async (name: string, isPublic: boolean) => {
    const volume_type = { name, 'os-volume-type-access:is_public': isPublic }
    const { id } = (await ask<{ volume_type: { id: string } }>('POST', types, { volume_type })).volume_type
    const second = secondOf()
    await until(async () => secondOf() > second)
    return id
  }
  const ids = {
    slow: await make('lvmdriver-1', true),
    fast: await make('fast-ssd', true),
    private: await make('db-private', false),
  }
  await ask('POST', `${types}/${ids.private}/action`, { addProjectAccess: { project: projects.alt } })
  // Cinder itself has made `__DEFAULT__`, first of all.
  const { volume_types } = await ask<{ volume_types: Named[] }>('GET', `${types}?sort=created_at:asc&limit=1`)
  await ask('DELETE', `${types}/${volume_types[0]!.id}`)
  return ids
}

async function makeImage({ ask }: KeystoneClient, glance: Service): Promise<string> {
  const image = {
    name: 'rig-tiny',
    disk_format: 'raw',
    container_format: 'bare',
    visibility: 'public',
    tags: ['trove', 'mysql'],
  }
  const { id } = await ask<{ id: string }>('POST', `${glance.url}/v2/images`, image)
  await ask('PUT', `${glance.url}/v2/images/${id}/file`, new Uint8Array(65_536))
  return id
}
