import { isBusy } from '../../parts/instance-status.tsx'
import type { Instance } from './instance-queries.ts'
import { busyTitle } from './progress.tsx'

type Props = Readonly<{ instance: Instance; isStarted: boolean }>

/** Says beside a button that the service works on what the button has started. The steps are at the top of the page. */
export const ChangeProgress = ({ instance, isStarted }: Props) => (
  <p role="status" className="hint">
    {isStarted && isBusy(instance) ? busyTitle(instance) : ''}
  </p>
)
