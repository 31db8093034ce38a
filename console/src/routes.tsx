import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Frame } from './frame/frame.tsx'
import { NotFound } from './frame/not-found.tsx'
import { PageFailed } from './frame/page-failed.tsx'
import { readAllInstancesSearch } from './pages/all-instances/all-instances-search.ts'
import { readCatalogueSearch } from './pages/catalogue/catalogue-search.ts'
import { readComplianceSearch } from './pages/compliance/compliance-search.ts'
import { readCreateSearch } from './pages/create/create-search.ts'
import { readHistorySearch } from './pages/history/history-search.ts'
import { readInstanceSearch } from './pages/instance/instance-search.ts'
import { readInstancesSearch } from './pages/instances/instances-search.ts'
import { readMatrixSearch } from './pages/matrix/matrix-search.ts'
import { readVersionSearch } from './pages/rules/rules-search.ts'
import { readWaiversSearch } from './pages/waivers/waivers-search.ts'
import { Loading } from './parts/loading.tsx'
import { consolePath } from './place.ts'
import { parseSearch, searchText } from './search-texts.ts'

const root = createRootRoute({ component: Frame })
const getParentRoute = () => root

/** Every page: its path, what its URL may say beside, and its component, which is loaded when it is needed. */
const pages = [
  createRoute({
    getParentRoute,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/instances' })
    },
  }),
  createRoute({
    getParentRoute,
    path: '/instances',
    validateSearch: readInstancesSearch,
    component: lazyRouteComponent(() => import('./pages/instances/instances-page.tsx'), 'InstancesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/instances/$id',
    validateSearch: readInstanceSearch,
    component: lazyRouteComponent(() => import('./pages/instance/instance-page.tsx'), 'InstancePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/create',
    validateSearch: readCreateSearch,
    component: lazyRouteComponent(() => import('./pages/create/create-page.tsx'), 'CreatePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/matrix',
    validateSearch: readMatrixSearch,
    component: lazyRouteComponent(() => import('./pages/matrix/matrix-page.tsx'), 'MatrixPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/versions/$version',
    validateSearch: readVersionSearch,
    component: lazyRouteComponent(() => import('./pages/rules/version-page.tsx'), 'VersionPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/datastores/$datastore',
    component: lazyRouteComponent(() => import('./pages/rules/datastore-page.tsx'), 'DatastorePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/all-instances',
    validateSearch: readAllInstancesSearch,
    component: lazyRouteComponent(() => import('./pages/all-instances/all-instances-page.tsx'), 'AllInstancesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/compliance',
    validateSearch: readComplianceSearch,
    component: lazyRouteComponent(() => import('./pages/compliance/compliance-page.tsx'), 'CompliancePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/waivers',
    validateSearch: readWaiversSearch,
    component: lazyRouteComponent(() => import('./pages/waivers/waivers-page.tsx'), 'WaiversPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/history',
    validateSearch: readHistorySearch,
    component: lazyRouteComponent(() => import('./pages/history/history-page.tsx'), 'HistoryPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/catalogue',
    validateSearch: readCatalogueSearch,
    component: lazyRouteComponent(() => import('./pages/catalogue/catalogue-page.tsx'), 'CataloguePage'),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(pages),
  basepath: consolePath,
  parseSearch,
  stringifySearch: searchText,
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageFailed,
  defaultPendingComponent: () => <Loading what="this page" />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
