import { isSizeOrder, type SizeOrder } from '../../sizes/size.ts'

/** The parts of an instance's page. The first one needs no word in the URL. */
export const instanceViews = {
  overview: 'Overview',
  size: 'Size',
  contents: 'Databases and users',
  manage: 'Manage',
} as const

export type InstanceView = keyof typeof instanceViews

/** What the URL says about an instance: what is shown, for which language and user, and how its sizes are looked at. */
export type InstanceSearch = Readonly<{
  view?: InstanceView
  language?: string
  user?: string
  sizes?: string
  order?: SizeOrder
}>

const isView = (text: unknown): text is InstanceView => typeof text === 'string' && Object.hasOwn(instanceViews, text)

export const readInstanceSearch = (raw: Readonly<Record<string, unknown>>): InstanceSearch => ({
  ...(isView(raw.view) && raw.view !== 'overview' ? { view: raw.view } : {}),
  ...(raw.language === undefined ? {} : { language: String(raw.language) }),
  ...(raw.user === undefined ? {} : { user: String(raw.user) }),
  ...(raw.sizes === undefined || raw.sizes === '' ? {} : { sizes: String(raw.sizes) }),
  ...(isSizeOrder(raw.order) ? { order: raw.order } : {}),
})
