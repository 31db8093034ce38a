import { type Answering, notFound, startAnswering } from './answering.ts'

export type FakeVolumeType = {
  id: string
  name: string
  description?: string | null
  /** Set: the type is private, and these may use it. */
  projects?: string[]
}

/**
 * Stands in for Cinder, where a real one cannot be had: as much of its volume types as we ask, with what goes wrong on
 * demand. The real one is asked the same in `npm run test:openstack`.
 */
export type FakeCinder = Answering &
  Readonly<{
    types: FakeVolumeType[]
    defaultId: { now: string | undefined }
    /** How many types a page has. */
    page: { size: number }
    /** Called before a page is answered: what changes while somebody reads. */
    onPage: { now: (marker: string | null) => void }
    /** The paths that were asked. */
    asked: string[]
  }>

export async function startFakeCinder(): Promise<FakeCinder> {
  const types: FakeVolumeType[] = []
  const parts = {
    types,
    defaultId: { now: undefined as string | undefined },
    page: { size: 1000 },
    onPage: { now: (_marker: string | null) => {} },
    asked: [] as string[],
  }
  const view = ({ id, name, description = null, projects }: FakeVolumeType) => {
    const isPublic = projects === undefined
    return { id, name, description, is_public: isPublic, 'os-volume-type-access:is_public': isPublic, extra_specs: {} }
  }
  const page = ({ searchParams }: URL) => {
    const marker = searchParams.get('marker')
    parts.onPage.now(marker)
    const shown = searchParams.get('is_public') === 'None' ? types : types.filter(({ projects }) => !projects)
    const from = marker === null ? 0 : shown.findIndex(({ id }) => id === marker) + 1
    if (marker !== null && from === 0) return notFound
    const size = Math.min(parts.page.size, Number(searchParams.get('limit') ?? 1000))
    const part = shown.slice(from, from + size)
    // Cinder has this link whenever a page is full.
    const links =
      part.length === size ? { volume_type_links: [{ rel: 'next', href: 'http://wrong.example.org/' }] } : {}
    return { status: 200, body: { volume_types: part.map(view), ...links } }
  }
  const answering = await startAnswering(url => {
    parts.asked.push(url.pathname)
    const [, path] = /^\/v3\/[^/]+(\/types.*)$/.exec(url.pathname) ?? []
    if (path === '/types') return page(url)
    const [, wanted, access] = /^\/types\/([^/]+)(\/os-volume-type-access)?$/.exec(path ?? '') ?? []
    const id = wanted === 'default' ? parts.defaultId.now : decodeURIComponent(wanted ?? '')
    const type = types.find(type => type.id === id)
    if (!type) return notFound
    if (!access) return { status: 200, body: { volume_type: view(type) } }
    const projects = (type.projects ?? []).map(project_id => ({ volume_type_id: type.id, project_id }))
    return { status: 200, body: { volume_type_access: projects } }
  })
  return { ...answering, ...parts }
}
