import type { NamedVersion } from '../../model/datastore-version.ts'
import type { ResizeTarget } from '../../operations/instances/list-resize-targets.ts'
import { judgedFlavorView } from '../flavors/view.ts'
import type { LinkBase } from '../links.ts'
import type { View } from '../route.ts'
import type { resizeTarget } from './schemas.ts'

export const resizeTargetView = (
  base: LinkBase,
  target: ResizeTarget,
  named: NamedVersion | undefined,
): View<typeof resizeTarget> => ({
  ...judgedFlavorView(base, target, named),
  current: target.isCurrent,
  resize: { possible: target.obstacle === undefined, message: target.obstacle ?? null },
})
