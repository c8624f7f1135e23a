if(process.env.INPUT_MODE?.trim()===`amend`){process.stdout.write(`Codicil: bringing the specification up to what the evidence shows.
`);let{amend:e}=await import(`./amend.js`);await e(process.env)}else{process.stdout.write(`Codicil: probing the GPU, then running the diagnostics.
`);let{act:e}=await import(`./action.js`);await e()}process.stdout.write(``,()=>process.exit());export{};