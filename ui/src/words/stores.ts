/** The pages of the help about object stores. */
import type { Store } from "../frame/stores";

interface Right {
  what: string;
  name: string;
  by: string;
}

interface Policy {
  about: string;
  text: string;
}

export interface StorePage {
  title: string;
  /** What it is, and what is opened by a URL. */
  about: string;
  /** Forms and parameters of the URL, each with what it means. */
  urls: readonly (readonly [form: string, meaning: string])[];
  credentials: string;
  rights: readonly Right[];
  policies: readonly Policy[];
  /** What else the rights need. */
  needs: string;
  /** Retention: what is written once. */
  retention: string;
  /** What the store must do to be recorded into. */
  recording: string;
}

const shared = {
  urls: "The URL",
  credentials: "Credentials",
  rights: "Rights",
  right: "Right",
  name: "Name",
  by: "What for",
  policy: "Policies",
  retention: "Retention",
  recording: "To be recorded into",
  copy: "Copy",
  copied: "Copied",
} as const;

/** What each right is for, in every store. */
const FOR = {
  list: "to see which files the journal has, and what is new",
  get: "to read them; once each",
  put: "only to record: an event becomes a new file",
} as const;

const S3_READER = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::BUCKET"
    },
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::BUCKET/PATH/journal/*"
    }
  ]
}`;

const S3_RECORDER = S3_READER.replace(
  '"Action": "s3:GetObject"',
  '"Action": ["s3:GetObject", "s3:PutObject"]',
);

const s3: StorePage = {
  title: "S3, and what speaks it",
  about:
    "A journal in Amazon S3, or in a store that speaks its language such as MinIO, Ceph or Cloudflare R2, is opened by its URL. The path leads to what holds the folder `journal`.",
  urls: [
    ["s3://BUCKET/PATH", "a bucket, and the path in it; without one, all of it"],
    ["https://BUCKET.s3.REGION.amazonaws.com/PATH", "the same, as the console writes it"],
    ["?profile=NAME", "the profile of the AWS configuration that opens it"],
    ["?region=NAME", "its region, where that is not found out by itself"],
    ["?endpoint=https://HOST", "another server than Amazon’s"],
    ["?anonymous", "without credentials: what anybody may read"],
    ["?requester_pays", "what it costs is paid by whoever asks"],
  ],
  credentials:
    "Daybook asks where Amazon’s own tools do: the environment (`AWS_ACCESS_KEY_ID`), the profiles in the files config and credentials, single sign-on after `aws sso login`, web identity, the container and the instance. A profile that the URL names comes first. None is ever part of a URL, kept, or shown; one that is renewed is taken without a restart.",
  rights: [
    { what: "List", name: "s3:ListBucket", by: FOR.list },
    { what: "Get", name: "s3:GetObject", by: FOR.get },
    { what: "Put", name: "s3:PutObject", by: FOR.put },
  ],
  policies: [
    { about: "For whoever reads", text: S3_READER },
    { about: "For whoever records", text: S3_RECORDER },
  ],
  needs:
    "No right to delete is needed. Leave `s3:ListBucket` without a condition on the prefix: with one, S3 says of an object that is not there that access is denied. Where objects are encrypted by a key of KMS, reading needs `kms:Decrypt` too, and recording `kms:GenerateDataKey`.",
  retention:
    "Object lock and versioning can be on: nothing that Daybook wrote is ever changed or removed, so a retention of any length is kept to.",
  recording:
    "The store must refuse to overwrite an object where that is asked for (`If-None-Match: *`). Amazon’s does; others do in recent versions. Daybook tries it with the small object that holds the bucket’s id. A store that overwrites is only read, and the window says so.",
};

const AZURE_READER = `az role assignment create --role "Storage Blob Data Reader" \\
  --assignee WHO --scope "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP\\
/providers/Microsoft.Storage/storageAccounts/ACCOUNT\\
/blobServices/default/containers/CONTAINER"`;

const AZURE_RECORDER = `{
  "Name": "Journal recorder",
  "IsCustom": true,
  "Description": "Lists, reads and creates blobs; replaces and deletes none",
  "Actions": [],
  "DataActions": [
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action"
  ],
  "AssignableScopes": ["/subscriptions/SUBSCRIPTION"]
}`;

const azure: StorePage = {
  title: "Azure Blob Storage",
  about:
    "A journal in a container of Azure Blob Storage, or of Data Lake Storage, is opened by its URL. The path leads to what holds the folder `journal`.",
  urls: [
    ["https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH", "as the portal writes it"],
    ["abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH", "as Data Lake’s tools write it"],
    ["az://CONTAINER/PATH", "of the account in AZURE_STORAGE_ACCOUNT_NAME"],
    ["?endpoint=https://HOST", "another server than Microsoft’s"],
    ["?anonymous", "without credentials: what anybody may read"],
  ],
  credentials:
    "Daybook asks where Azure’s own tools do: the environment (`AZURE_STORAGE_ACCOUNT_KEY`, `AZURE_STORAGE_SAS_TOKEN`, or a client with its secret or federated token), a managed identity, and else whoever is signed in by `az login`. None is ever part of a URL: a signature in one is refused.",
  rights: [
    { what: "List", name: "blobs/read", by: FOR.list },
    { what: "Get", name: "blobs/read", by: FOR.get },
    { what: "Put", name: "blobs/add/action", by: FOR.put },
  ],
  policies: [
    { about: "For whoever reads: a role that Azure has", text: AZURE_READER },
    { about: "For whoever records: a role of your own", text: AZURE_RECORDER },
  ],
  needs:
    "No right to delete is needed. A shared access signature needs the permissions `r`, `l` and, to record, `c`. Storage Blob Data Contributor can record too, but could also overwrite and delete.",
  retention:
    "An immutability policy of the container, or of its versions, can be on: nothing that Daybook wrote is ever changed or removed, so a retention of any length is kept to.",
  recording:
    "Azure refuses to overwrite a blob where that is asked for (`If-None-Match: *`). Daybook tries it with the small blob that holds the bucket’s id, at any server.",
};

const GCS_READER = `{
  "bindings": [
    {
      "role": "roles/storage.objectViewer",
      "members": ["user:reader@example.com"]
    }
  ]
}`;

const GCS_RECORDER = `{
  "bindings": [
    {
      "role": "roles/storage.objectViewer",
      "members": ["user:recorder@example.com"]
    },
    {
      "role": "roles/storage.objectCreator",
      "members": ["user:recorder@example.com"]
    }
  ]
}`;

const gcs: StorePage = {
  title: "Google Cloud Storage",
  about:
    "A journal in Google Cloud Storage is opened by its URL. The path leads to what holds the folder `journal`.",
  urls: [
    ["gs://BUCKET/PATH", "a bucket, and the path in it; without one, all of it"],
    ["https://storage.googleapis.com/BUCKET/PATH", "the same, as the console writes it"],
    ["?endpoint=https://HOST", "another server than Google’s"],
    ["?anonymous", "without credentials: what anybody may read"],
  ],
  credentials:
    "Daybook asks where Google’s own tools do: the application default credentials. They come from `gcloud auth application-default login`, from the key file whose path is in `GOOGLE_APPLICATION_CREDENTIALS`, or from the machine that it runs on. None is ever part of a URL, kept, or shown.",
  rights: [
    { what: "List", name: "storage.objects.list", by: FOR.list },
    { what: "Get", name: "storage.objects.get", by: FOR.get },
    { what: "Put", name: "storage.objects.create", by: FOR.put },
  ],
  policies: [
    { about: "For whoever reads", text: GCS_READER },
    { about: "For whoever records", text: GCS_RECORDER },
  ],
  needs:
    "No right to delete is needed, and without it Google lets nobody overwrite an object: whoever has these two roles can only add to the journal.",
  retention:
    "A retention policy, locked or not, and object holds can be on: nothing that Daybook wrote is ever changed or removed, so a retention of any length is kept to.",
  recording:
    "Google refuses to overwrite an object where that is asked for (`x-goog-if-generation-match: 0`). Daybook tries it with the small object that holds the bucket’s id, at any server.",
};

export const stores = {
  shared,
  pages: { s3, azure, gcs } satisfies Record<Store, StorePage>,
} as const;
