/** Where the stand-in is reached: its API and its pages for people. No slash at the end. */
export interface Links {
  api: string
  web: string
}
