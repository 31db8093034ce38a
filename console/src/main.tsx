/**
 * The console: pages that show what the API answers. It decides nothing: whether a flavor will do, and why not, is said by
 * the API, in its words. `routes.tsx` lists the pages; `parts/` has what they are made of; requests go through the client in
 * `src/client/`, which every other program uses, too.
 */

import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './styles/all.css'

// Relative URLs of the page count from the present address, which changes with each page of the console.
for (const link of document.querySelectorAll('link')) link.href = String(link.href)

createRoot(document.getElementById('root')!).render(<App />)
