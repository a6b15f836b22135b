// See ajv-2020.ts for why this file is there.
export {Ajv} from 'ajv';
