/** Styles are imported for the build, which puts them into a file of their own. */
declare module '*.css'
