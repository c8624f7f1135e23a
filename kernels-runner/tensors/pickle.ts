/** What PyTorch saves is a pickle: reading it runs code of whoever wrote it. */
import { TensorFileError } from './error.ts'

export function pickled(path: string): TensorFileError {
  return new TensorFileError({
    code: 'unsafe',
    path,
    offset: 0,
    what: 'a PyTorch file (.pt, .bin) is a pickle, which can run code when it is read',
    remedy:
      'Write the tensors with safetensors.torch.save_file({name: tensor.contiguous(), ...}, "file.safetensors").',
  })
}
