import type {DataPath} from './yaml-source.ts';

export type Named = {readonly name: string; readonly path: DataPath; readonly holdsRows: boolean};
