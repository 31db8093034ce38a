/**
 * The console: pages that show what the API answers. It decides nothing: whether a flavor will do, and why not, is said by
 * the API, in its words. `routes.tsx` lists the pages; `parts/` has what they are made of; requests go through the client in
 * `src/client/`, which every other program uses, too.
 */

import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './styles/all.css'

// Its address is relative to the first page, and browsers look it up again after every change of the page.
const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
icon?.setAttribute('href', icon.href)

createRoot(document.getElementById('root')!).render(<App />)
