import { isSizeOrder, type SizeOrder } from '../../sizes/size.ts'

/**
 * What the URL says about a new instance: names or ids of the datastore, the version and the flavor; and how the sizes are
 * looked at.
 */
export type CreateSearch = Readonly<{
  datastore?: string
  version?: string
  flavor?: string
  sizes?: string
  order?: SizeOrder
}>

const textIn = (raw: Readonly<Record<string, unknown>>, key: string) =>
  raw[key] === undefined || raw[key] === '' ? {} : { [key]: String(raw[key]) }

export const readCreateSearch = (raw: Readonly<Record<string, unknown>>): CreateSearch => ({
  ...textIn(raw, 'datastore'),
  ...textIn(raw, 'version'),
  ...textIn(raw, 'flavor'),
  ...textIn(raw, 'sizes'),
  ...(isSizeOrder(raw.order) ? { order: raw.order } : {}),
})
