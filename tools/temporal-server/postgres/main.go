// Command postgres runs Temporal's server on PostgreSQL, for the benchmark "cluster": the same release that is inside the dev server.
//
//	postgres prepare config.yaml   creates both databases with their tables
//	postgres serve config.yaml     runs all services until it is told to stop
package main

import (
	"fmt"
	"io/fs"
	"log"
	"os"

	"go.temporal.io/server/common/config"
	serverlog "go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	_ "go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/schema"
	"go.temporal.io/server/schema/postgresql/v12"
	"go.temporal.io/server/temporal"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: postgres prepare|serve <config.yaml>")
	}
	settings, err := config.Load(config.WithConfigFile(os.Args[2]))
	if err == nil && os.Args[1] == "prepare" {
		err = prepare(settings)
	} else if err == nil {
		err = serve(settings)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func serve(settings *config.Config) error {
	server, err := temporal.NewServer(
		temporal.WithConfig(settings),
		temporal.ForServices(temporal.DefaultServices),
		temporal.InterruptOn(temporal.InterruptCh()),
	)
	if err != nil {
		return err
	}
	return server.Start()
}

func prepare(settings *config.Config) error {
	stores := settings.Persistence.DataStores
	if err := create(stores[settings.Persistence.DefaultStore].SQL, "temporal", v12.Version); err != nil {
		return err
	}
	return create(stores[settings.Persistence.VisibilityStore].SQL, "visibility", v12.VisibilityVersion)
}

func create(store *config.SQL, tables string, version string) error {
	admin := *store
	admin.DatabaseName = ""
	if err := within(&admin, func(db sqlplugin.AdminDB) error { return db.CreateDatabase(store.DatabaseName) }); err != nil {
		return fmt.Errorf("creating the database %s: %w", store.DatabaseName, err)
	}
	statements, err := fs.ReadFile(schema.Assets(), "postgresql/v12/"+tables+"/schema.sql")
	if err != nil {
		return err
	}
	return within(store, func(db sqlplugin.AdminDB) error {
		if err := db.CreateSchemaVersionTables(); err != nil {
			return err
		}
		if err := db.Exec(string(statements)); err != nil {
			return fmt.Errorf("creating the tables of %s: %w", store.DatabaseName, err)
		}
		return db.UpdateSchemaVersion(store.DatabaseName, version, version)
	})
}

func within(store *config.SQL, do func(sqlplugin.AdminDB) error) error {
	db, err := sql.NewSQLAdminDB(
		sqlplugin.DbKindUnknown, store, resolver.NewNoopResolver(), serverlog.NewNoopLogger(), metrics.NoopMetricsHandler,
	)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return do(db)
}
