process.stdout.write(`Codicil: probing the GPU, then running the diagnostics.
`);const{act:e}=await import(`./action.js`);await e(),process.stdout.write(``,()=>process.exit());export{};