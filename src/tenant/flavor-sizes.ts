import type { Answer } from '../client/client.ts'
import { bySize } from '../model/flavor.ts'

/** What the order of flavors depends on. */
export type Sized = Pick<Answer<'listResizeTargets'>['flavors'][number], 'str_id' | 'name' | 'ram' | 'vcpus' | 'disk'>

const sizeOf = ({ str_id: id, ram: ramMb, vcpus, disk: diskGb }: Sized) => ({ id, ramMb, vcpus, diskGb })

export const smallestFirst = <T extends Sized>(flavors: readonly T[]): T[] =>
  flavors.toSorted((a, b) => bySize(sizeOf(a), sizeOf(b)))
