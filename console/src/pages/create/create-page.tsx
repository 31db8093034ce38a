import { PageHeading } from '../../parts/page-heading.tsx'

export const CreatePage = () => <PageHeading>Create a database</PageHeading>
