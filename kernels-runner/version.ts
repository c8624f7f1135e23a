/** Version of the tool, as the bundle names it: that of package.json, which a test compares. */
export const version = '0.1.0'
