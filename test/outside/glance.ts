import { type Answering, notFound, startAnswering } from './answering.ts'

export type FakeImage = {
  id: string
  name: string | null
  tags: string[]
  status?: 'active' | 'queued' | 'deactivated'
}

/**
 * Stands in for Glance, where a real one cannot be had: as much of its images as we ask, with what goes wrong on demand. The
 * real one is asked the same in `npm run test:openstack`.
 */
export type FakeGlance = Answering &
  Readonly<{
    /** The oldest first. */
    images: FakeImage[]
    /** The paths and queries that were asked. */
    asked: string[]
  }>

export async function startFakeGlance(): Promise<FakeGlance> {
  const images: FakeImage[] = []
  const asked: string[] = []
  const view = ({ status = 'active', ...image }: FakeImage) => ({ ...image, status, visibility: 'public' })
  const answering = await startAnswering(({ pathname, search, searchParams }) => {
    asked.push(`${pathname}${search}`)
    if (pathname === '/v2/images') {
      const tags = searchParams.getAll('tag')
      const status = searchParams.get('status')
      const found = images
        .map(view)
        .filter(image => tags.every(tag => image.tags.includes(tag)) && (status === null || image.status === status))
      const sorted = searchParams.get('sort') === 'created_at:desc' ? found.reverse() : found
      return { status: 200, body: { images: sorted.slice(0, Number(searchParams.get('limit') ?? 25)) } }
    }
    const [, id] = /^\/v2\/images\/([^/]+)$/.exec(pathname) ?? []
    const image = images.find(image => image.id === id)
    return image ? { status: 200, body: view(image) } : notFound
  })
  return { ...answering, images, asked }
}
