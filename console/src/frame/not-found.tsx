import { Link } from '@tanstack/react-router'
import { PageHeading } from '../parts/page-heading.tsx'

export const NotFound = () => (
  <>
    <PageHeading>Page not found</PageHeading>
    <p>
      There is no page at this address. Go to <Link to="/instances">your instances</Link>.
    </p>
  </>
)
