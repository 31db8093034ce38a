import { useIsConnectionLost } from '../api/connection.ts'
import { Notice } from '../parts/notice.tsx'

/** Says that the server cannot be reached, until it can. */
export const ConnectionNotice = () =>
  useIsConnectionLost() ? (
    <Notice kind="warning" title="The server cannot be reached." isUrgent>
      <p>What you see may be out of date. The console tries again every few seconds, and your input is kept.</p>
    </Notice>
  ) : null
