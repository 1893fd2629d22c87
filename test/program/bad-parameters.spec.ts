import { expect } from "chai";
import { refusalOf, type Change } from "../support/settings.ts";

describe("the settings refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "a parameter by its ARN",
      { parameters: '["DATABASE_URL=arn:aws:ssm:us-east-1:000000000000:parameter/shared/database"]' },
      "parameters: \"DATABASE_URL=arn:aws:ssm:us-east-1:000000000000:parameter/shared/database\" is not allowed; set the parameter's name, DATABASE_URL=/shared/database: it has to be in the stack's own account and region",
    ],
    [
      "a secret of Secrets Manager",
      { parameters: '["DATABASE_URL=arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf"]' },
      'parameters: "DATABASE_URL=arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf" is not allowed; set the name of a parameter: secrets of Secrets Manager are not read; copy its value with `npm run release -- parameters set DATABASE_URL --stack staging` and write DATABASE_URL alone',
    ],
    [
      "a parameter's version",
      { parameters: '["DATABASE_URL=/shared/database:3"]' },
      'parameters: "DATABASE_URL=/shared/database:3" is not allowed; set the name of a parameter after the =, of letters, digits, _, . and -, as in DATABASE_URL=/shared/database_url',
    ],
    [
      "an alias among the keys of parameters",
      { parameterKmsKeyArns: '["arn:aws:kms:us-east-1:000000000000:alias/shop"]' },
      'parameterKmsKeyArns: "arn:aws:kms:us-east-1:000000000000:alias/shop" is not allowed; set a KMS key\'s ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    ],
    [
      "a key's ID without the rest of its ARN",
      { parameterKmsKeyArns: '["1234abcd-12ab-34cd-56ef-1234567890ab"]' },
      'parameterKmsKeyArns: "1234abcd-12ab-34cd-56ef-1234567890ab" is not allowed; set a KMS key\'s ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    ],
    [
      "the same key of parameters twice",
      {
        parameterKmsKeyArns: '["arn:aws:kms:us-east-1:000000000000:key/a","arn:aws:kms:us-east-1:000000000000:key/a"]',
      },
      'parameterKmsKeyArns: "arn:aws:kms:us-east-1:000000000000:key/a" is not allowed; set each key once',
    ],
    [
      "a variable without a value",
      { variables: '["LOG_LEVEL"]' },
      'variables: "LOG_LEVEL" is not allowed; set NAME=value',
    ],
    ["a variable that is listed twice", { variables: '["A=1","A=2"]' }, 'variables: "A=2" is not allowed; set A once'],
    [
      "a parameter whose name is not valid",
      { parameters: '["A B"]' },
      'parameters: "A B" is not allowed; set NAME or NAME=/name/of/the/parameter',
    ],
    [
      "one name as a plain variable and a parameter",
      { variables: '["A=1"]', parameters: '["A"]' },
      'parameters: "A" is not allowed; set A either here or in variables',
    ],
    [
      "a parameter that is both created here and existing",
      { parameters: '["A=/a"]', "secrets:A": "1" },
      'parameters: "A=/a" is not allowed; set A in one way only: a parameter\'s name, settings:A or secrets:A',
    ],
    [
      "a parameter that is a setting and a secret",
      { parameters: '["A"]', "settings:A": "1", "secrets:A": "1" },
      'parameters: "A" is not allowed; set A in one way only: a parameter\'s name, settings:A or secrets:A',
    ],
    [
      "a secret of a variable that is not declared",
      { "secrets:TOKEN": "1" },
      "secrets:TOKEN is set, but TOKEN is not declared; add it to parameters",
    ],
    [
      "a setting of a variable that is not declared",
      { "settings:LOG_LEVEL": "debug" },
      "settings:LOG_LEVEL is set, but LOG_LEVEL is not declared; add it to parameters",
    ],
    [
      "a variable that the build sets itself",
      { variables: '["IMAGE_TAG=1"]' },
      'variables: "IMAGE_TAG" is not allowed; set another name: the build sets this one itself',
    ],
    [
      "a parameter that the build sets itself",
      { parameters: '["ECS_ENV_NAME"]' },
      'variables: "ECS_ENV_NAME" is not allowed; set another name: the build sets this one itself',
    ],
    [
      "a build's parameter that is not declared",
      { buildParameters: '["TOKEN"]' },
      'buildParameters: "TOKEN" is not allowed; set variables that are declared in parameters',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }
});
