//! Where data lies: database, files, caches, search engine, imports and exports.

use serde_json::Value;

section! {
    /// `SqlSettings`: the database.
    pub struct SqlSettings {
        /// At least 32 characters, or empty for none.
        at_rest_encrypt_key:                  String,      "AtRestEncryptKey"                  = "";        "environment_database !"
        conn_max_idle_time_milliseconds:      i64,         "ConnMaxIdleTimeMilliseconds"       = 300_000;   "environment_database !"
        conn_max_lifetime_milliseconds:       i64,         "ConnMaxLifetimeMilliseconds"       = 3_600_000; "environment_database !"
        /// Empty stands for a SQLite file in the data directory.
        data_source:                          String,      "DataSource"                        = "";        "environment_database !"
        data_source_replicas:                 Vec<String>, "DataSourceReplicas"                = &[];       "environment_database !"
        data_source_search_replicas:          Vec<String>, "DataSourceSearchReplicas"          = &[];       "environment_database !"
        disable_database_search:              bool,        "DisableDatabaseSearch"             = false;     "environment_database !"
        /// `sqlite` or `postgres`.
        driver_name:                          String,      "DriverName"                        = "sqlite";  "environment_database !"
        max_idle_conns:                       i64,         "MaxIdleConns"                      = 50;        "environment_database !"
        max_open_conns:                       i64,         "MaxOpenConns"                      = 100;       "environment_database !"
        migrations_statement_timeout_seconds: i64,         "MigrationsStatementTimeoutSeconds" = 100_000;   "environment_database !"
        /// Seconds.
        query_timeout:                        i64,         "QueryTimeout"                      = 30;        "environment_database !"
        replica_lag_settings:                 Vec<Value>,  "ReplicaLagSettings"                = ();        "environment_database !"
        replica_monitor_interval_seconds:     i64,         "ReplicaMonitorIntervalSeconds"     = 5;         "environment_database !"
        trace:                                bool,        "Trace"                             = false;     "environment_database !"
    }
}

section! {
    /// `FileSettings`: uploaded files, images, public links, and a second store for exports.
    pub struct FileSettings {
        amazon_s3_access_key_id:                       String, "AmazonS3AccessKeyId"                      = "";          "environment_file_storage !"
        amazon_s3_bucket:                              String, "AmazonS3Bucket"                           = "";          "environment_file_storage !"
        amazon_s3_endpoint:                            String, "AmazonS3Endpoint"                         = "s3.amazonaws.com"; "environment_file_storage !"
        amazon_s3_path_prefix:                         String, "AmazonS3PathPrefix"                       = "";          "environment_file_storage !"
        amazon_s3_region:                              String, "AmazonS3Region"                           = "";          "environment_file_storage !"
        amazon_s3_request_timeout_milliseconds:        i64,    "AmazonS3RequestTimeoutMilliseconds"       = 30_000;      "environment_file_storage !"
        amazon_s3_sse:                                 bool,   "AmazonS3SSE"                              = false;       "environment_file_storage !"
        amazon_s3_ssl:                                 bool,   "AmazonS3SSL"                              = true;        "environment_file_storage !"
        amazon_s3_secret_access_key:                   String, "AmazonS3SecretAccessKey"                  = "";          "environment_file_storage !"
        amazon_s3_sign_v2:                             bool,   "AmazonS3SignV2"                           = false;       "environment_file_storage !"
        amazon_s3_storage_class:                       String, "AmazonS3StorageClass"                     = "";          "environment_file_storage !"
        amazon_s3_trace:                               bool,   "AmazonS3Trace"                            = false;       "environment_file_storage !"
        amazon_s3_upload_part_size_bytes:              i64,    "AmazonS3UploadPartSizeBytes"              = 5_242_880;   "environment_file_storage !"
        archive_recursion:                             bool,   "ArchiveRecursion"                         = false;       "environment_file_storage !"
        dedicated_export_store:                        bool,   "DedicatedExportStore"                     = false;       "environment_file_storage !"
        directory:                                     String, "Directory"                                = "./data/";   "environment_file_storage !"
        /// `local` or `amazons3`.
        driver_name:                                   String, "DriverName"                               = "local";     "environment_file_storage !"
        enable_file_attachments:                       bool,   "EnableFileAttachments"                    = true;        "site_file_sharing_and_downloads"
        enable_mobile_download:                        bool,   "EnableMobileDownload"                     = true;        "site_file_sharing_and_downloads"
        enable_mobile_upload:                          bool,   "EnableMobileUpload"                       = true;        "site_file_sharing_and_downloads"
        enable_public_link:                            bool,   "EnablePublicLink"                         = false;       "site_public_links"
        export_amazon_s3_access_key_id:                String, "ExportAmazonS3AccessKeyId"                = "";          "environment_file_storage !"
        export_amazon_s3_bucket:                       String, "ExportAmazonS3Bucket"                     = "";          "environment_file_storage !"
        export_amazon_s3_endpoint:                     String, "ExportAmazonS3Endpoint"                   = "s3.amazonaws.com"; "environment_file_storage !"
        export_amazon_s3_path_prefix:                  String, "ExportAmazonS3PathPrefix"                 = "";          "environment_file_storage !"
        export_amazon_s3_presign_expires_seconds:      i64,    "ExportAmazonS3PresignExpiresSeconds"      = 21_600;      "environment_file_storage !"
        export_amazon_s3_region:                       String, "ExportAmazonS3Region"                     = "";          "environment_file_storage !"
        export_amazon_s3_request_timeout_milliseconds: i64,    "ExportAmazonS3RequestTimeoutMilliseconds" = 30_000;      "environment_file_storage !"
        export_amazon_s3_sse:                          bool,   "ExportAmazonS3SSE"                        = false;       "environment_file_storage !"
        export_amazon_s3_ssl:                          bool,   "ExportAmazonS3SSL"                        = true;        "environment_file_storage !"
        export_amazon_s3_secret_access_key:            String, "ExportAmazonS3SecretAccessKey"            = "";          "environment_file_storage !"
        export_amazon_s3_sign_v2:                      bool,   "ExportAmazonS3SignV2"                     = false;       "environment_file_storage !"
        export_amazon_s3_storage_class:                String, "ExportAmazonS3StorageClass"               = "";          "environment_file_storage !"
        export_amazon_s3_trace:                        bool,   "ExportAmazonS3Trace"                      = false;       "environment_file_storage !"
        export_amazon_s3_upload_part_size_bytes:       i64,    "ExportAmazonS3UploadPartSizeBytes"        = 104_857_600; "environment_file_storage !"
        export_directory:                              String, "ExportDirectory"                          = "./data/";   "environment_file_storage !"
        export_driver_name:                            String, "ExportDriverName"                         = "local";     "environment_file_storage !"
        extract_content:                               bool,   "ExtractContent"                           = true;        "environment_file_storage !"
        initial_font:                                  String, "InitialFont"                              = "nunito-bold.ttf"; "environment_file_storage"
        /// Bytes.
        max_file_size:                                 i64,    "MaxFileSize"                              = 104_857_600; "environment_file_storage"
        max_image_decoder_concurrency:                 i64,    "MaxImageDecoderConcurrency"               = -1;          "environment_file_storage"
        /// Pixels.
        max_image_resolution:                          i64,    "MaxImageResolution"                       = 33_177_600;  "environment_file_storage"
        /// At least 32 characters; empty until one is chosen.
        public_link_salt:                              String, "PublicLinkSalt"                           = "";          "site_public_links"
    }
}

section! {
    /// `CacheSettings`: the reference's choice of cache. Kept for the file's sake.
    pub struct CacheSettings {
        cache_type:           String, "CacheType"          = "lru"; "!"
        disable_client_cache: bool,   "DisableClientCache" = false; "!"
        redis_address:        String, "RedisAddress"       = "";    "!"
        redis_cache_prefix:   String, "RedisCachePrefix"   = "";    "!"
        redis_db:             i64,    "RedisDB"            = -1;    "!"
        redis_password:       String, "RedisPassword"      = "";    "!"
    }
}

section! {
    /// `ElasticsearchSettings`: an outside search engine. Kept for the file's sake: Kollegium searches in its database.
    pub struct ElasticsearchSettings {
        aggregate_posts_after_days:                       i64,    "AggregatePostsAfterDays"                     = 365;       "environment_elasticsearch !"
        backend:                                          String, "Backend"                                     = "elasticsearch"; "environment_elasticsearch !"
        batch_size:                                       i64,    "BatchSize"                                   = 10_000;    "environment_elasticsearch !"
        ca:                                               String, "CA"                                          = "";        "environment_elasticsearch !"
        channel_index_replicas:                           i64,    "ChannelIndexReplicas"                        = 1;         "environment_elasticsearch !"
        channel_index_shards:                             i64,    "ChannelIndexShards"                          = 1;         "environment_elasticsearch !"
        client_cert:                                      String, "ClientCert"                                  = "";        "environment_elasticsearch !"
        client_key:                                       String, "ClientKey"                                   = "";        "environment_elasticsearch !"
        connection_url:                                   String, "ConnectionURL"                               = "http://localhost:9200"; "environment_elasticsearch !"
        enable_autocomplete:                              bool,   "EnableAutocomplete"                          = false;     "environment_elasticsearch !"
        enable_cjk_analyzers:                             bool,   "EnableCJKAnalyzers"                          = false;     "environment_elasticsearch !"
        enable_indexing:                                  bool,   "EnableIndexing"                              = false;     "environment_elasticsearch !"
        enable_search_public_channels_without_membership: bool,   "EnableSearchPublicChannelsWithoutMembership" = false;     "environment_elasticsearch !"
        enable_searching:                                 bool,   "EnableSearching"                             = false;     "environment_elasticsearch !"
        global_search_prefix:                             String, "GlobalSearchPrefix"                          = "";        "environment_elasticsearch !"
        ignored_purge_indexes:                            String, "IgnoredPurgeIndexes"                         = "";        "environment_elasticsearch !"
        index_prefix:                                     String, "IndexPrefix"                                 = "";        "environment_elasticsearch !"
        live_indexing_batch_size:                         i64,    "LiveIndexingBatchSize"                       = 10;        "environment_elasticsearch !"
        password:                                         String, "Password"                                    = "";        "environment_elasticsearch !"
        post_index_replicas:                              i64,    "PostIndexReplicas"                           = 1;         "environment_elasticsearch !"
        post_index_shards:                                i64,    "PostIndexShards"                             = 1;         "environment_elasticsearch !"
        posts_aggregator_job_start_time:                  String, "PostsAggregatorJobStartTime"                 = "03:00";   "environment_elasticsearch !"
        request_timeout_seconds:                          i64,    "RequestTimeoutSeconds"                       = 30;        "environment_elasticsearch !"
        skip_tls_verification:                            bool,   "SkipTLSVerification"                         = false;     "environment_elasticsearch !"
        sniff:                                            bool,   "Sniff"                                       = true;      "environment_elasticsearch !"
        trace:                                            String, "Trace"                                       = "";        "environment_elasticsearch !"
        user_index_replicas:                              i64,    "UserIndexReplicas"                           = 1;         "environment_elasticsearch !"
        user_index_shards:                                i64,    "UserIndexShards"                             = 1;         "environment_elasticsearch !"
        username:                                         String, "Username"                                    = "elastic"; "environment_elasticsearch !"
    }
}

section! {
    /// `ImportSettings`: where imports are picked up.
    pub struct ImportSettings {
        directory:      String, "Directory"     = "./import"; ""
        retention_days: i64,    "RetentionDays" = 30;         ""
    }
}

section! {
    /// `ExportSettings`: where exports are left.
    pub struct ExportSettings {
        directory:      String, "Directory"     = "./export"; ""
        retention_days: i64,    "RetentionDays" = 30;         ""
    }
}
