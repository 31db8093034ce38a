import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Frame } from './frame/frame.tsx'
import { NotFound } from './frame/not-found.tsx'
import { PageFailed } from './frame/page-failed.tsx'
import { readCreateSearch } from './pages/create/create-search.ts'
import { readInstanceSearch } from './pages/instance/instance-search.ts'
import { readInstancesSearch } from './pages/instances/instances-search.ts'
import { Loading } from './parts/loading.tsx'
import { consolePath } from './place.ts'

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
] as const

/** Every value in a URL is a text, as it is in every other URL. */
function searchText(search: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(search).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

export const router = createRouter({
  routeTree: root.addChildren(pages),
  basepath: consolePath,
  parseSearch: text => Object.fromEntries(new URLSearchParams(text)),
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
